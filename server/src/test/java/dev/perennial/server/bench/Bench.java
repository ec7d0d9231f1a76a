package dev.perennial.server.bench;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import dev.perennial.server.bench.Turns.Side;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * {@code scripts/bench [--quick] [issue|poll|renew|bad|agent|start|inventory|revocation|watches|keys …]}: all rows where none is
 * named; with {@code --before JAR} the rows {@code issue} and {@code poll} in turns with another build of the server.
 */
final class Bench {
    private static final List<String> ROWS =
            List.of("issue", "poll", "renew", "bad", "agent", "start", "inventory", "revocation", "watches", "keys");

    /** So many requests are in the home that the server is started on. */
    private static final int START_ON = 20_000;

    private static final Path CACHE = Path.of("server/target/bench");

    private Bench() {}

    public static void main(String[] arguments) throws Exception {
        List<String> rows = new ArrayList<>(List.of(arguments));
        boolean quick = rows.remove("--quick");
        boolean beside = rows.size() == 2 && rows.get(0).equals("--before");
        if (!beside && !ROWS.containsAll(rows)) {
            System.err.println("usage: scripts/bench [--quick] [" + String.join("|", ROWS) + " …]");
            System.err.println("       scripts/bench [--quick] --before JAR  this build in turns with that one");
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
        if (beside) {
            compare(report, directory, Path.of(rows.get(1)), quick);
        } else {
            for (String row : rows.isEmpty() ? ROWS : rows) {
                measure(row, report, directory.resolve(row), quick);
            }
        }
        System.exit(0);
    }

    /** A change must not cost more than a twentieth of either rate. */
    private static void compare(Report report, Path directory, Path jar, boolean quick) throws Exception {
        try (BenchServer now = BenchServer.start(directory.resolve("now"));
                BenchServer before = BenchServer.start(directory.resolve("before"), jar)) {
            Side subject = new Side("now", now);
            Side reference = new Side("before", before);
            Turns turns = new Turns(report, quick);
            turns.issue(subject, reference, Corpus.pems(CACHE, turns.most()), 0.90);
            turns.poll(
                    new Rows(report, now, CACHE, quick),
                    new Rows(report, before, CACHE, quick),
                    subject,
                    reference,
                    0.90);
        }
    }

    /** Each row has a server and a home of its own: what one leaves behind must not slow down the next. */
    private static void measure(String row, Report report, Path home, boolean quick) throws Exception {
        try (BenchServer server =
                row.equals("watches") ? BenchServer.startWith(WatchRow.HEAP, home) : BenchServer.start(home)) {
            Rows api = new Rows(report, server, CACHE, quick);
            switch (row) {
                case "issue" -> api.issue();
                case "poll" -> api.poll();
                case "renew" -> api.renew();
                case "bad" -> api.bad();
                case "agent" -> agent(report, server, quick);
                case "inventory" ->
                    new InventoryRow(report, CACHE, quick).measure(server, home.resolveSibling("inventory-empty"));
                case "revocation" -> new RevocationRow(report, server, CACHE, quick).measure();
                case "keys" -> new KeyRow(report, server, quick).measure();
                case "watches" -> new WatchRow(report, server, CACHE, quick).measure();
                default -> api.fill(START_ON);
            }
        }
        if (row.equals("revocation")) {
            RevocationRow.throughRestart(report, home, CACHE, quick);
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
