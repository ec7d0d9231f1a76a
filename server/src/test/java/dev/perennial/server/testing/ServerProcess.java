package dev.perennial.server.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The server as it ships: its jar in a JVM of its own, on free ports, that can be ended in every way. */
@SuppressWarnings("JdkObsolete") // the buffers are written by one thread and read by another
public final class ServerProcess implements AutoCloseable {
    private static final Path JAR = Path.of(System.getProperty("perennial.server.jar", "target/perennial-server.jar"));
    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final String READY = "ready ";

    private final Path home;
    private final Process process;
    private final StringBuffer out = new StringBuffer();
    private final StringBuffer log = new StringBuffer();
    private final CompletableFuture<Void> outEnded;
    private final CompletableFuture<Void> logEnded;

    private ServerProcess(Path home, Process process) {
        this.home = home;
        this.process = process;
        this.outEnded = CompletableFuture.runAsync(() -> copy(process.getInputStream(), out), ServerProcess::start);
        this.logEnded = CompletableFuture.runAsync(() -> copy(process.getErrorStream(), log), ServerProcess::start);
    }

    /** Starts {@code serve} without waiting for anything; options given here win over the free ports. */
    public static ServerProcess launch(Path home, String... options) {
        Path scratch = beside(home);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                // One that is killed leaves its scratch files: they go with the test's directory.
                "-Djava.io.tmpdir=" + scratch,
                "-jar",
                JAR.toAbsolutePath().toString(),
                "serve",
                "--home",
                home.toString()));
        for (String port : List.of("--port", "--http-port", "--management-port")) {
            if (!List.of(options).contains(port)) {
                command.addAll(List.of(port, "0"));
            }
        }
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("PERENNIAL_"));
        try {
            return new ServerProcess(home, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path beside(Path home) {
        try {
            return Files.createDirectories(home.resolveSibling("tmp"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How the jar is run with those arguments, by a small JVM. */
    public static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                JAR.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Starts it and waits until it says that it is ready. */
    public static ServerProcess ready(Path home, String... options) {
        return launch(home, options).awaitReady();
    }

    public ServerProcess awaitReady() {
        await("the server is ready", () -> out.indexOf("\n") >= 0 || !process.isAlive());
        if (!out.toString().startsWith(READY)) {
            throw new AssertionError("It ended without being ready: exit " + exit() + "\n" + log);
        }
        return this;
    }

    public URI url() {
        return URI.create(out.substring(READY.length(), out.indexOf("\n")));
    }

    /** Calls to it as the administrator. */
    public ApiClient administrator() {
        return ApiClient.nobody(url(), file("ca.pem")).withToken(file("admin.token"));
    }

    /** The text of a file of the home, without the line's end. */
    public String file(String name) {
        try {
            return Files.readString(home.resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of its standard output up to now. */
    public String out() {
        return out.toString();
    }

    /** All of its log up to now. */
    public String log() {
        return log.toString();
    }

    public long pid() {
        return process.pid();
    }

    /** Waits until the log holds the text. */
    public void awaitLog(String text) {
        await("the log says: " + text, () -> log.indexOf(text) >= 0);
    }

    /** SIGKILL; back when it is gone. */
    public void kill() {
        process.toHandle().destroyForcibly();
        exit();
    }

    /** SIGTERM, without waiting; through the handle, since {@link Process#destroy()} closes the pipes as well. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Waits for its end, and for all that it printed; gives its exit status. */
    public int exit() {
        try {
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("It does not end\n" + log);
            }
            outEnded.get(10, TimeUnit.SECONDS);
            logEnded.get(10, TimeUnit.SECONDS);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError("Its output does not end", e);
        }
    }

    /** Waits for an event, looking often, under a deadline that only a hanging machine reaches. */
    public void await(String what, BooleanSupplier happened) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!happened.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Never: " + what + "\n" + log);
            }
            pause();
        }
    }

    /** In order, so that its database ends as well. */
    @Override
    public void close() {
        terminate();
        exit();
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "server output");
        thread.setDaemon(true);
        thread.start();
    }

    private static void copy(InputStream stream, StringBuffer text) {
        byte[] bytes = new byte[8192];
        try {
            for (int length = stream.read(bytes); length >= 0; length = stream.read(bytes)) {
                text.append(new String(bytes, 0, length, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            text.append("\n(cut off: ").append(e).append(')');
        }
    }
}
