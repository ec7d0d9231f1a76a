package dev.perennial.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A real {@code kubectl}, with a configuration of its own. */
public final class Kubectl {
    /** Debian's, which scripts/test unpacks there: another one may hold its path. */
    private static final Path DEBIANS = Path.of("target/debian/usr/bin/kubectl");

    private final Path program;
    private final Path home;

    private Kubectl(Path program, Path home) {
        this.program = program;
        this.home = home;
    }

    /** What a command came to. */
    public record Ran(int exit, String out, String err) {
        public Ran expect(int wanted) {
            assertThat(exit).as("out: %s%nerr: %s", out, err).isEqualTo(wanted);
            return this;
        }
    }

    /** Those that there are: Debian's old one, and where one is installed a current one. */
    public static List<Path> programs() {
        assertThat(DEBIANS)
                .as("scripts/test unpacks Debian's kubernetes-client there")
                .exists();
        Stream<Path> installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .limit(1);
        return Stream.concat(Stream.of(DEBIANS), installed)
                .map(Path::toAbsolutePath)
                .toList();
    }

    public static Kubectl of(Path program, Path home, URI server, String roots, String token) {
        try {
            Files.writeString(home.resolve("ca.pem"), roots);
            Files.writeString(home.resolve("config"), """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: perennial, cluster: {server: "%s", certificate-authority: ca.pem}}]
                    users: [{name: me, user: {token: "%s"}}]
                    contexts: [{name: it, context: {cluster: perennial, user: me}}]
                    current-context: it
                    """.formatted(server, token));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Kubectl(program, home);
    }

    public Ran run(String... arguments) {
        try (Running running = start(arguments)) {
            assertThat(running.process.waitFor(2, TimeUnit.MINUTES))
                    .as("%s ends", List.of(arguments))
                    .isTrue();
            return new Ran(
                    running.process.exitValue(),
                    running.output(),
                    Files.readString(running.err, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A command that goes on until it is closed. */
    public Running start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Path out = Files.createTempFile(home, "out", "");
            Path err = Files.createTempFile(home, "err", "");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("KUBECONFIG", home.resolve("config").toString());
            builder.environment().put("HOME", home.toString());
            Process process = builder.start();
            process.getOutputStream().close();
            return new Running(process, out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that is under way. */
    public record Running(Process process, Path out, Path err) implements AutoCloseable {
        private String output() {
            try {
                return Files.readString(out, StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Until a line has been written in which that is found. */
        public void awaitLine(String pattern) {
            Pattern wanted = Pattern.compile(pattern);
            Until.is(() -> wanted.matcher(output()).find(), () -> pattern + " in " + output());
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
