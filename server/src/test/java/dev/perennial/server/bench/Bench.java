package dev.perennial.server.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** {@code scripts/bench [--quick] [issue|poll|renew|bad|agent|start|inventory …]}: all rows where none is named. */
final class Bench {
    private static final List<String> ROWS = List.of("issue", "poll", "renew", "bad", "agent", "start", "inventory");

    /** So many requests are in the home that the server is started on. */
    private static final int START_ON = 20_000;

    private static final Path CACHE = Path.of("server/target/bench");

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(List.of(arguments));
        boolean quick = rows.remove("--quick");
        if (!ROWS.containsAll(rows)) {
            System.err.println("usage: scripts/bench [--quick] [" + String.join("|", ROWS) + " …]");
            System.exit(2);
        }
        AmazonCorrettoCryptoProvider.install();
        RawCost raw = RawCost.measure();
        Report report = new Report(System.out, raw.sum());
        report.line(machine());
        report.line(String.format(
                Locale.ROOT,
                "raw, one core: P-256 verify %.1f us, sign %.1f us; together %.1f us",
                raw.verifyMicros(),
                raw.signMicros(),
                raw.sum()));
        Files.createDirectories(CACHE);
        Path directory = Files.createTempDirectory(CACHE.toAbsolutePath(), "run-");
        for (String row : rows.isEmpty() ? ROWS : rows) {
            measure(row, report, directory.resolve(row), quick);
        }
        System.exit(0);
    }

    /** Each row has a server and a home of its own: what one leaves behind must not slow down the next. */
    private static void measure(String row, Report report, Path home, boolean quick) throws Exception {
        try (BenchServer server = BenchServer.start(home)) {
            Rows api = new Rows(report, server, CACHE, quick);
            switch (row) {
                case "issue" -> api.issue();
                case "poll" -> api.poll();
                case "renew" -> api.renew();
                case "bad" -> api.bad();
                case "agent" -> agent(report, server, quick);
                case "inventory" ->
                    new InventoryRow(report, CACHE, quick).measure(server, home.resolveSibling("inventory-empty"));
                default -> api.fill(START_ON);
            }
        }
        if (row.equals("start")) {
            start(report, home, quick ? 2 : 5);
        }
    }

    private static void agent(Report report, BenchServer server, boolean quick) throws Exception {
        if (Files.exists(AgentRow.JAR)) {
            new AgentRow(report, server, server.home().resolveSibling("agent-host")).measure(quick ? 2 : 5);
        } else {
            report.line("agent: left out, " + AgentRow.JAR + " is not there");
        }
    }

    private static void start(Report report, Path home, int rounds) throws IOException {
        double[] seconds = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            try (BenchServer server = BenchServer.start(home)) {
                seconds[i] = server.readyMillis() / 1e3;
            }
        }
        Arrays.sort(seconds);
        report.most("serve on this home -> ready, median", seconds[rounds / 2], "%8.2f s", 6);
        report.most("serve on this home -> ready, worst", seconds[rounds - 1], "%8.2f s", 6);
    }

    private static String machine() throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse("unknown");
        return "machine: " + Runtime.getRuntime().availableProcessors() + " x " + model + ", JDK " + Runtime.version()
                + ", load " + Files.readString(Path.of("/proc/loadavg")).strip();
    }
}
