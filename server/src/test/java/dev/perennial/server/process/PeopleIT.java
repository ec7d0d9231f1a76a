package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The command line for people as it ships, at a terminal: what it asks, what it shows, and what others see of it. */
final class PeopleIT {
    private static final Path JAR = Path.of(System.getProperty("perennial.agent.jar", "../agent/target/perennial.jar"));
    private static final String PASSWORD = "correct horse battery";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @TempDir
    private Path home;

    /** A terminal of 80 columns, by the script(1) of every Linux. */
    private final class Terminal {
        private final Process process;
        private final Path output;

        Terminal(String command) throws IOException {
            output = home.resolve("terminal");
            Files.deleteIfExists(output);
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            ProcessBuilder builder = new ProcessBuilder(
                            "script",
                            "-qec",
                            "stty cols 80; exec " + java + " -XX:TieredStopAtLevel=1 -jar " + JAR.toAbsolutePath() + " "
                                    + command,
                            "/dev/null")
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PERENNIAL_"));
            builder.environment().put("HOME", home.toString());
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().remove("XDG_CONFIG_HOME");
            process = builder.start();
        }

        String shown() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Terminal answer(String question, String answer) throws IOException {
            Until.is(() -> shown().contains(question) || !process.isAlive(), question);
            OutputStream keys = process.getOutputStream();
            keys.write((answer + "\n").getBytes(StandardCharsets.UTF_8));
            keys.flush();
            return this;
        }

        String ends(int exit) throws Exception {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
            assertThat(process.exitValue()).as(shown()).isEqualTo(exit);
            return shown();
        }
    }

    @Test
    void atATerminal_passwordsAreTypedUnseen_andWhatCannotBeUndoneIsAsked() throws Exception {
        server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(
                                Bodies.account("default", "ines", List.of("administrator"), "**.ines.test"),
                                "password",
                                PASSWORD))
                .expect(201);
        Exchange made =
                server.administrator().submit(TestCsrs.p256("www.ines.test")).expect(201);
        String id = made.certificateIds().get(0);
        Path ca = Files.writeString(home.resolve("ca.pem"), server.first().roots());

        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Terminal waiting =
                    new Terminal("login --server https://localhost:" + silent.getLocalPort() + " --ca " + ca);
            waiting.answer("User: ", "ines").answer("Password of ines: ", PASSWORD);
            // The call is under way, and nobody answers: all that the process is for stands there now.
            try (Socket call = silent.accept()) {
                assertThat(arguments()).contains("--ca\0" + ca).doesNotContain(PASSWORD);
                assertThat(call.isConnected()).isTrue();
            }
            assertThat(waiting.ends(1)).doesNotContain(PASSWORD);
        }

        Terminal login = new Terminal("login --server " + server.uri() + " --ca " + ca);
        login.answer("User: ", "ines").answer("Password of ines: ", PASSWORD);
        assertThat(login.ends(0)).contains("logged in at").doesNotContain(PASSWORD);

        Terminal declined = new Terminal("admin revoke " + id + " --reason superseded");
        declined.answer("Type www.ines.test to go on: ", "www.inse.test");
        assertThat(declined.ends(1)).contains("nothing was changed");

        Terminal revoked = new Terminal("admin revoke " + id + " --reason superseded");
        revoked.answer("Type www.ines.test to go on: ", "www.ines.test");
        assertThat(arguments()).doesNotContain(PASSWORD).doesNotContain(storedToken());
        assertThat(revoked.ends(0)).contains("revoked " + id).doesNotContain(storedToken());

        String table = new Terminal("admin certificates").ends(0);
        assertThat(table.lines()).isNotEmpty().allSatisfy(line -> assertThat(line)
                .hasSizeLessThanOrEqualTo(80));
        assertThat(table).contains("…").contains(id + "  revoked");
    }

    @Test
    void whereOnlyTheAnswerGoesElsewhere_itIsAskedAllTheSame() throws Exception {
        String id = certificate("www.piped.test");
        String command = "admin revoke " + id + " --reason superseded --json --server " + server.uri() + " --ca " + ca()
                + " --token-file " + token() + " > answer";
        Terminal declined = new Terminal(command);
        declined.answer("Type www.piped.test to go on: ", "");
        assertThat(declined.ends(1))
                .containsSubsequence("www.piped.test", "Type www.piped.test", "nothing was changed");
        assertThat(home.resolve("answer")).isEmptyFile();

        Terminal revoked = new Terminal(command);
        revoked.answer("Type www.piped.test to go on: ", "www.piped.test").ends(0);
        assertThat(home.resolve("answer")).content().contains("superseded").doesNotContain("Type");
    }

    @Test
    void withoutATerminal_nobodyIsAsked() throws Exception {
        String id = certificate("www.script.test");
        Process script = alone("admin", "revoke", id, "--reason", "superseded")
                .redirectError(home.resolve("err").toFile())
                .start();
        assertThat(script.waitFor()).isEqualTo(2);
        assertThat(home.resolve("err")).content().contains("there is no terminal to ask at: say --yes");
    }

    @Test
    void anAnswerThatCannotBeWritten_isAFailure() throws Exception {
        for (String json : new String[] {"--json", "--server=" + server.uri()}) {
            Process full = alone("admin", "signers", json)
                    .redirectOutput(Path.of("/dev/full").toFile())
                    .redirectError(home.resolve("err").toFile())
                    .start();
            assertThat(full.waitFor()).isEqualTo(1);
            assertThat(home.resolve("err")).content().contains("standard output cannot be written");
        }
    }

    private String certificate(String name) {
        return server.administrator()
                .submit(TestCsrs.p256(name))
                .expect(201)
                .certificateIds()
                .get(0);
    }

    private Path ca() throws IOException {
        return Files.writeString(home.resolve("ca.pem"), server.first().roots());
    }

    private Path token() throws IOException {
        return Files.writeString(home.resolve("admin.token"), server.first().administratorToken());
    }

    /** The bootstrap administrator's script, in a session of its own: nobody sits there, wherever the tests run. */
    private ProcessBuilder alone(String... command) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> all = new ArrayList<>(List.of("setsid", "--wait", java.toString(), "-jar"));
        all.add(JAR.toAbsolutePath().toString());
        all.addAll(List.of(command));
        ProcessBuilder builder =
                new ProcessBuilder(all).redirectInput(Path.of("/dev/null").toFile());
        builder.redirectOutput(home.resolve("out").toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("PERENNIAL_SERVER", server.uri().toString());
        builder.environment().put("PERENNIAL_CA", ca().toString());
        builder.environment().put("PERENNIAL_TOKEN", server.first().administratorToken());
        return builder;
    }

    /** Of every process of this machine that we may see, as ps(1) shows them. */
    private static String arguments() throws IOException {
        StringBuilder arguments = new StringBuilder();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            for (Path process : processes.toList()) {
                try {
                    arguments.append(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                    // No process, or one that has ended.
                    arguments.append('\n');
                }
            }
        }
        return arguments.toString();
    }

    private String storedToken() throws IOException {
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(home.resolve(".config/perennial/login.json").toFile())
                .get("token")
                .asText();
    }

    @Test
    void completion_isTakenByBash_andKnowsCommandsAndWords() throws Exception {
        Path script = home.resolve("completion");
        Process printing = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        JAR.toAbsolutePath().toString(),
                        "completion",
                        "bash")
                .redirectOutput(script.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(printing.waitFor()).isZero();
        assertThat(bash("source completion; complete -p perennial")).contains("perennial");
        assertThat(completed("perennial", "admin", "acc")).isEqualTo("accounts");
        assertThat(completed("perennial", "lo")).isEqualTo("login logout");
        assertThat(completed("perennial", "admin", "revoke", "--reason", "key")).isEqualTo("keyCompromise");
        assertThat(completed("perennial", "admin", "accounts", "create", "--role", "sec"))
                .isEqualTo("security-administrator");
        assertThat(completed("perennial", "admin", "requests", "--token-f")).isEqualTo("--token-file");
    }

    private String completed(String... words) throws Exception {
        return bash("source completion; COMP_WORDS=(" + String.join(" ", words) + "); COMP_CWORD=" + (words.length - 1)
                + "; _complete_perennial 2>/dev/null; echo \"${COMPREPLY[@]}\"");
    }

    private String bash(String commands) throws Exception {
        Process bash = new ProcessBuilder("bash", "-c", commands)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(output).isZero();
        return output.strip();
    }
}
