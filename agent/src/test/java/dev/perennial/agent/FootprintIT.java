package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the agent costs a host: the budgets of docs/agent.md, of the jar as it is shipped. */
final class FootprintIT extends EnrolledAgent {
    private static final Path JAR = Path.of("target/perennial.jar").toAbsolutePath();
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms8m",
            "-Xmx32m",
            "-Xss256k",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:-UsePerfData");

    private static final int MOST_THREADS = 20;
    private static final double BUDGET_SECONDS = 1.5;

    @BeforeEach
    void installed() throws Exception {
        assertThat(agent.once()).isZero();
        assertThat(agent.once()).isZero();
    }

    private List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-jar");
        command.add(JAR.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** The budget itself, 1.5 s, is measured by scripts/bench: a machine with other work takes more for the same. */
    @Test
    void once_withNothingToDo_takesLittleCpu() throws Exception {
        assertThat(cpuSeconds()).as("seconds of CPU").isLessThan(2 * BUDGET_SECONDS);
    }

    private double cpuSeconds() throws Exception {
        List<String> timed = new ArrayList<>(List.of("bash", "-c", "TIMEFORMAT='cpu %U %S'; time \"$@\"", "bash"));
        timed.addAll(command(agent.onceArguments()));
        Process process = new ProcessBuilder(timed).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        String[] words = output.substring(output.lastIndexOf("cpu ")).strip().split(" ");
        double seconds = Double.parseDouble(words[1]) + Double.parseDouble(words[2]);
        System.out.println("no-op run: " + seconds + " s of CPU");
        return seconds;
    }

    @Test
    void daemon_whenIdle_staysSmall() throws Exception {
        Process process = new ProcessBuilder(command("run", "--config", agent.config.toString()))
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("daemon.log").toFile())
                .start();
        try {
            long gets = server.count("GET /v1/certificate_signing_requests");
            Instant end = Instant.now().plusSeconds(60);
            while (server.count("GET /v1/certificate_signing_requests") == gets
                    && Instant.now().isBefore(end)) {
                assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
            }
            assertThat(agent.run("status")).isZero();
            Path proc = Path.of("/proc", Long.toString(process.pid()));
            // The threads that answered the command just now are on their way out.
            while (threads(proc) > MOST_THREADS && Instant.now().isBefore(end)) {
                assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
            }
            long threads = threads(proc);
            long rss = number(Files.readString(proc.resolve("status")), "VmRSS:");
            long descriptors;
            try (var list = Files.list(proc.resolve("fd"))) {
                descriptors = list.count();
            }
            System.out.println("daemon: " + rss + " KiB, " + threads + " threads, " + descriptors + " descriptors");
            assertThat(rss).as("KiB resident").isLessThanOrEqualTo(75 * 1024);
            assertThat(threads).isLessThanOrEqualTo(MOST_THREADS);
            assertThat(descriptors).isLessThanOrEqualTo(40);
        } finally {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static long threads(Path proc) throws Exception {
        return number(Files.readString(proc.resolve("status")), "Threads:");
    }

    private static long number(String text, String key) {
        String line = text.lines()
                .filter(candidate -> candidate.startsWith(key))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
    }
}
