package dev.perennial.agent.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.cli.Commands;
import dev.perennial.agent.daemon.AgentStatus;
import dev.perennial.agent.json.Json;
import dev.perennial.agent.renewal.CertificateStatus;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An agent with its directories, inside this JVM or as a process of its own. */
public final class TestAgent {
    public final Path state;
    public final Path install;
    public final Path config;
    /** The time as the agent inside this JVM sees it. */
    public InstantSource clock = InstantSource.system();

    private final FakeServer server;

    public TestAgent(Path root, FakeServer server) throws IOException {
        this.server = server;
        this.state = root.resolve("state");
        this.install = root.resolve("published");
        this.config = root.resolve("agent.yaml");
        configure("");
    }

    /** Writes the configuration of one certificate, with more lines for it where a test wants them. */
    public void configure(String more) throws IOException {
        configure("www.example.com, example.com", more);
    }

    public void configure(String names, String more) throws IOException {
        Files.writeString(config, """
                server: %s
                state: %s
                certificates:
                  - name: web
                    dns: [%s]
                    install:
                      directory: %s
                %s
                """.formatted(server.url(), state, names, install, more.indent(4)));
    }

    public TestAgent enrolled() {
        assertThat(enrol()).isZero();
        return this;
    }

    public int enrol() {
        return Commands.execute(clock, new SecureRandom(), enrolArguments());
    }

    public String[] enrolArguments() {
        return new String[] {
            "enroll",
            "--server",
            server.url(),
            "--token",
            FakeServer.TOKEN,
            "--ca-fingerprint",
            server.pin(),
            "--state",
            state.toString(),
            "--name",
            "agent"
        };
    }

    public int execute(String... arguments) {
        return Commands.execute(clock, new SecureRandom(), arguments);
    }

    public int once() {
        return Commands.execute(clock, new SecureRandom(), "run", "--once", "--config", config.toString());
    }

    public int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--config");
        all.add(config.toString());
        return Commands.execute(clock, new SecureRandom(), all.toArray(String[]::new));
    }

    public AgentStatus status() throws IOException {
        return Json.read(Files.readAllBytes(state.resolve("status.json")), AgentStatus.class);
    }

    public CertificateStatus web() throws IOException {
        return status().certificates().get(0);
    }

    /** Runs the agent in a JVM of its own; gives its exit status. */
    public int inProcess(List<String> jvm, String... arguments) throws Exception {
        Process process = start(jvm, arguments);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the agent did not end");
        }
        return process.exitValue();
    }

    public Process start(List<String> jvm, String... arguments) throws IOException {
        return new ProcessBuilder(command(jvm, arguments))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        new File(config.resolveSibling("agent.log").toString())))
                .start();
    }

    public List<String> command(List<String> jvm, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx48m"));
        command.addAll(jvm);
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add("dev.perennial.agent.AgentMain");
        command.addAll(List.of(arguments));
        return command;
    }

    public String[] onceArguments() {
        return new String[] {"run", "--once", "--config", config.toString()};
    }

    public String log() throws IOException {
        return Files.readString(config.resolveSibling("agent.log"));
    }

    /** The published path gives a pair that OpenSSL finds to belong together, with a chain to the root. */
    public void assertPair() throws Exception {
        assertPair(install);
    }

    public void assertPair(Path directory) throws Exception {
        String certificate =
                openssl("x509", "-in", directory.resolve("cert.pem").toString(), "-noout", "-pubkey");
        String key = openssl("pkey", "-in", directory.resolve("privkey.pem").toString(), "-pubout");
        assertThat(key).contains("PUBLIC KEY").isEqualTo(certificate);
        Path root = directory.resolveSibling("root.pem");
        Files.writeString(root, TestCa.pem(server.ca.root));
        assertThat(openssl(
                        "verify",
                        "-CAfile",
                        root.toString(),
                        "-untrusted",
                        directory.resolve("chain.pem").toString(),
                        directory.resolve("fullchain.pem").toString()))
                .endsWith("OK\n");
    }

    public static String openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
