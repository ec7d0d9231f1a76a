package dev.perennial.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The agent as it ships: its jar in JVMs of its own, keeping one certificate. */
public final class AgentProcess {
    private static final Path JAR = Path.of(System.getProperty("perennial.agent.jar", "../agent/target/perennial.jar"));
    private static final String NAME = "www.example.com";

    private final ServerProcess server;
    private final Path root;
    private final OpenSsl openSsl;

    /** An agent of that server with everything it has below {@code root}. */
    public AgentProcess(ServerProcess server, Path root) throws IOException {
        this.server = server;
        this.root = Files.createDirectories(root);
        this.openSsl = new OpenSsl(root);
        Files.writeString(config(), """
                server: %s
                state: %s
                certificates:
                  - name: web
                    dns: [%s]
                    install:
                      directory: %s
                    hooks:
                      deploy: [[sh, -c, 'echo deployed >> %s']]
                """.formatted(
                        server.url(), root.resolve("state"), NAME, root.resolve("web"), root.resolve("hooks")));
    }

    public Path config() {
        return root.resolve("agent.yaml");
    }

    /** A file of the published directory. */
    public Path published(String name) {
        return root.resolve("web").resolve(name);
    }

    public boolean hasCertificate() {
        return Files.exists(published("cert.pem"));
    }

    /** How often the deploy hook ran. */
    public long deployments() throws IOException {
        return Files.exists(root.resolve("hooks"))
                ? Files.readAllLines(root.resolve("hooks")).size()
                : 0;
    }

    public void enrol() throws Exception {
        String token = server.administrator().enrolmentToken(NAME);
        byte[] rootDer = openSslDer();
        String pin =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(rootDer));
        assertThat(run(
                        "enroll",
                        "--server",
                        server.url().toString(),
                        "--token",
                        token,
                        "--ca-fingerprint",
                        "sha256:" + pin,
                        "--state",
                        root.resolve("state").toString(),
                        "--name",
                        "host"))
                .as(log())
                .isZero();
    }

    private byte[] openSslDer() throws IOException {
        Files.writeString(root.resolve("root.pem"), server.file("ca.pem"));
        openSsl.run("x509", "-in", "root.pem", "-outform", "DER", "-out", "root.der");
        return Files.readAllBytes(root.resolve("root.der"));
    }

    /** {@code run --once}; gives the exit status. */
    public int once() throws Exception {
        return run("run", "--once", "--config", config().toString());
    }

    /** The daemon; end it with {@link #kill} or by its handle. */
    public Process daemon() throws IOException {
        return start("run", "--config", config().toString());
    }

    public static void kill(Process process) throws InterruptedException {
        process.toHandle().destroyForcibly();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    public int run(String... arguments) throws Exception {
        Process process = start(arguments);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the agent ends").isTrue();
        return process.exitValue();
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx48m",
                "-jar",
                JAR.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile()))
                .start();
    }

    private File logFile() {
        return root.resolve("agent.log").toFile();
    }

    public String log() throws IOException {
        return logFile().exists() ? Files.readString(logFile().toPath()) : "";
    }

    /** The serial number of the certificate on disk, where there is one. */
    public Optional<String> serial() {
        return hasCertificate()
                ? Optional.of(openSsl.run("x509", "-in", "web/cert.pem", "-noout", "-serial")
                        .strip())
                : Optional.empty();
    }

    /** The public half of the key on disk. */
    public String publicKey() {
        return openSsl.run("pkey", "-in", "web/privkey.pem", "-pubout");
    }

    /** What is on disk belongs together and leads to the root, for the name; expired it may be, of another key never. */
    public void assertPair() throws IOException {
        assertThat(publicKey()).isEqualTo(openSsl.run("x509", "-in", "web/cert.pem", "-noout", "-pubkey"));
        Files.writeString(root.resolve("root.pem"), server.file("ca.pem"));
        openSsl.run(
                "verify",
                "-no_check_time",
                "-purpose",
                "sslserver",
                "-verify_hostname",
                NAME,
                "-CAfile",
                "root.pem",
                "-untrusted",
                "web/chain.pem",
                "web/fullchain.pem");
    }
}
