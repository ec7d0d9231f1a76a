package dev.perennial.server.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the agent's jar costs a host: memory while it waits, CPU of a run that finds nothing to do. */
final class AgentRow {
    static final Path JAR = Path.of("agent/target/perennial.jar").toAbsolutePath();

    /** The launcher's. */
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms8m",
            "-Xmx32m",
            "-Xss256k",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:-UsePerfData");

    private static final int IDLE_SECONDS = 10;

    private final Report report;
    private final BenchServer server;
    private final Path directory;

    AgentRow(Report report, BenchServer server, Path directory) {
        this.report = report;
        this.server = server;
        this.directory = directory;
    }

    void measure(int rounds) throws IOException, InterruptedException, GeneralSecurityException {
        Path state = directory.resolve("state").toAbsolutePath();
        Path config = directory.resolve("agent.yaml").toAbsolutePath();
        Files.createDirectories(directory);
        enrol(state);
        Files.writeString(config, """
                server: %s
                state: %s
                certificates:
                  - name: web
                    dns: [agent.bench.example.com]
                    key: ec-p256
                    install:
                      directory: %s
                """.formatted(
                        server.url(""), state, directory.resolve("web").toAbsolutePath()));
        once(config);
        double least = Double.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            least = Math.min(least, once(config));
        }
        report.most("agent, no-op run --once, CPU", least, "%8.2f s", 1.5);
        idle(config);
    }

    private void enrol(Path state) throws IOException, InterruptedException, GeneralSecurityException {
        String made = new Api(server)
                .post(
                        "/v1/enrolment_tokens",
                        "{\"spec\":{\"org_id\":\"default\",\"names\":[\"agent.bench.example.com\"]}}")
                .body();
        String token = made.replaceFirst("(?s).*\"token\":\"([^\"]+)\".*", "$1");
        X509Certificate root;
        try (var pem = Files.newInputStream(server.home().resolve("ca.pem"))) {
            root = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem);
        }
        byte[] pin = MessageDigest.getInstance("SHA-256").digest(root.getEncoded());
        run(
                "enroll",
                "--server",
                server.url(""),
                "--token",
                token,
                "--ca-fingerprint",
                "sha256:" + HexFormat.of().formatHex(pin),
                "--state",
                state.toString(),
                "--name",
                "bench");
    }

    /** The CPU seconds that it took. */
    private double once(Path config) throws IOException, InterruptedException {
        return run("run", "--once", "--config", config.toString());
    }

    private void idle(Path config) throws IOException, InterruptedException {
        Process daemon = start("run", "--config", config.toString());
        try {
            if (daemon.waitFor(IDLE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the agent ended: see " + log());
            }
            report.most("agent, idle, resident", ProcessTimes.residentKib(daemon.pid()) / 1024.0, "%8.1f MiB", 75);
        } finally {
            daemon.destroy();
            daemon.waitFor(20, TimeUnit.SECONDS);
        }
    }

    private double run(String... arguments) throws IOException, InterruptedException {
        long self = ProcessHandle.current().pid();
        Process process = start(arguments);
        double before = ProcessTimes.endedChildrenMicros(self);
        if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IllegalStateException("the agent failed: see " + log());
        }
        return (ProcessTimes.endedChildrenMicros(self) - before) / 1e6;
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return directory.resolve("agent.log");
    }
}
