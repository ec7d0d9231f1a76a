package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The enrolment token, kept off the command line. */
final class EnrolTokenIT {
    @TempDir
    private Path home;

    private String[] enrol(FakeServer server, String state, String... token) {
        List<String> arguments = new ArrayList<>(List.of("enroll", "--server", server.url()));
        arguments.addAll(List.of("--ca-fingerprint", server.pin(), "--name", "agent"));
        arguments.addAll(List.of("--state", home.resolve(state).toString()));
        arguments.addAll(List.of(token));
        return arguments.toArray(String[]::new);
    }

    @Test
    void theToken_comesFromAFile_orStandardInput() throws Exception {
        Path file = Files.writeString(home.resolve("token"), FakeServer.TOKEN + "\n");
        Shell shell = new Shell(home);
        try (FakeServer server = new FakeServer()) {
            shell.run(0, enrol(server, "a", "--token-file", file.toString()));
            assertThat(shell.out.toString()).startsWith("enrolled at");
        }
        try (FakeServer server = new FakeServer()) {
            shell.input(FakeServer.TOKEN).run(0, enrol(server, "b", "--token-file", "-"));
            assertThat(shell.out.toString()).startsWith("enrolled at");
        }
    }

    @Test
    void theToken_isSaidOnce() throws Exception {
        Path file = Files.writeString(home.resolve("token"), "\n");
        Shell shell = new Shell(home);
        try (FakeServer server = new FakeServer()) {
            shell.run(2, enrol(server, "a"));
            shell.run(2, enrol(server, "a", "--token", "T", "--token-file", file.toString()));
            shell.run(2, enrol(server, "a", "--token-file", file.toString()));
            assertThat(shell.err.toString()).contains("holds no secret in its first line");
            assertThat(server.calls).isEmpty();
        }
    }
}
