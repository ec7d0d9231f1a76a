package dev.perennial.server.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The server as it is delivered: the jar in a JVM of its own, with its embedded database. */
final class BenchServer implements AutoCloseable {
    /** As it was built last. */
    static final Path JAR = Path.of("server/target/perennial-server.jar");

    private static final String FLAGS = "-XX:+UseParallelGC";

    private final Path home;
    private final Process process;
    private final int port;
    private final double readyMillis;

    private BenchServer(Path home, Process process, int port, double readyMillis) {
        this.home = home;
        this.process = process;
        this.port = port;
        this.readyMillis = readyMillis;
    }

    /**
     * Starts it and waits until it says that it is ready, with the JVM flags of docs/performance.md; {@code $BENCH_JVM}
     * stands for others, such as a flight recorder's.
     */
    static BenchServer start(Path home) throws IOException {
        return start(home, JAR);
    }

    /** The same of another build, or with more options. */
    static BenchServer start(Path home, Path jar, String... options) throws IOException {
        return start(home, jar, List.of(), options);
    }

    /** The same with one more JVM flag. */
    static BenchServer startWith(String flag, Path home) throws IOException {
        return start(home, JAR, List.of(flag));
    }

    private static BenchServer start(Path home, Path jar, List<String> more, String... options) throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags());
        command.addAll(more);
        command.addAll(List.of("-jar", jar.toString(), "serve", "--home", home.toString()));
        command.addAll(List.of("--port", "0", "--http-port", "off", "--management-port", "0"));
        command.addAll(List.of(options));
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(Redirect.appendTo(
                        home.resolveSibling(home.getFileName() + ".log").toFile()))
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith("ready ")) {
            // A flight recorder speaks on stdout too.
            line = lines.readLine();
        }
        if (line == null) {
            process.destroyForcibly();
            throw new IllegalStateException("the server did not start: see " + home + ".log");
        }
        double millis = (System.nanoTime() - start) / 1e6;
        return new BenchServer(home, process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)), millis);
    }

    private static List<String> flags() {
        String flags = System.getenv("BENCH_JVM");
        return List.of((flags == null || flags.isBlank() ? FLAGS : flags.strip()).split(" +"));
    }

    Path home() {
        return home;
    }

    int port() {
        return port;
    }

    /** From the start of the process to its line {@code ready}. */
    double readyMillis() {
        return readyMillis;
    }

    String url(String path) {
        return "https://localhost:" + port + path;
    }

    String token() throws IOException {
        return Files.readString(home.resolve("admin.token")).strip();
    }

    /** What each of us has used so far. */
    Cpu cpu() {
        return new Cpu(
                ProcessTimes.micros(process.pid()),
                ProcessTimes.treeMicros(postmaster()),
                ProcessTimes.micros(ProcessHandle.current().pid()));
    }

    double residentMib() {
        return ProcessTimes.residentKib(process.pid()) / 1_024.0;
    }

    /** What is reachable in its heap: after a full collection, which it makes. */
    double heapMib() throws IOException, InterruptedException {
        return ProcessTimes.heapKib(process.pid()) / 1_024.0;
    }

    private long postmaster() {
        try {
            return Long.parseLong(Files.readAllLines(home.resolve("postgres/data/postmaster.pid"))
                    .get(0)
                    .strip());
        } catch (IOException e) {
            throw new IllegalStateException("the embedded database is not there", e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the server did not stop within a minute");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** CPU time in microseconds. */
    record Cpu(double server, double database, double client) {
        Cpu since(Cpu before) {
            return new Cpu(server - before.server, database - before.database, client - before.client);
        }

        String each(long count) {
            return String.format(
                    "    CPU each: server %.0f us, database %.0f us, client %.0f us",
                    server / count, database / count, client / count);
        }
    }
}
