package dev.perennial.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.bench.BenchServer.Cpu;
import dev.perennial.server.bench.Report.Samples;
import dev.perennial.server.testing.BadCsrs;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What is measured on one running server: issuance, polls, renewals, refusals. */
final class Rows {
    static final int CONNECTIONS = 64;
    private static final int POLLED = 500;
    private static final int FASTEST = 5_000;

    private static final String MAKE_DUE = """
            UPDATE signing_requests SET renew_at = $1
            WHERE id IN (SELECT id FROM signing_requests WHERE renew_at IS NOT NULL ORDER BY number LIMIT $2)
            """;

    private static final String HAS_COME = "SELECT clock_timestamp() >= $1 AS has_come";

    private static final String STILL_DUE =
            "SELECT EXISTS (SELECT 1 FROM signing_requests WHERE renew_at <= $1) AS still_due";

    private static final String RENEWED = """
            SELECT array_agg((extract(epoch FROM at - $1) * 1000000)::bigint) AS micros
            FROM audit_events WHERE action = 'renew' AND at >= $1
            """;

    private final Report report;
    private final BenchServer server;
    private final Api api;
    private final Path cache;
    private final boolean quick;

    Rows(Report report, BenchServer server, Path cache, boolean quick) throws IOException, GeneralSecurityException {
        this.report = report;
        this.server = server;
        this.api = new Api(server);
        this.cache = cache;
        this.quick = quick;
    }

    void issue() throws IOException, InterruptedException {
        int[] phases = quick ? new int[] {5, 5, 8} : new int[] {10, 45, 15};
        List<String> pems = Corpus.pems(cache, FASTEST * Arrays.stream(phases).sum());
        Iterator<String> next = pems.iterator();
        Load load = new Load(
                api.tls(),
                server.port(),
                CONNECTIONS,
                201,
                () -> next.hasNext() ? api.rawPost(Api.REQUESTS, Api.submission(next.next())) : null);
        List<Cpu> cpu = new ArrayList<>();
        List<Samples> samples = load.run(() -> cpu.add(server.cpu()), phases);
        report.rate("POST -> 201, cold first " + phases[0] + " s", samples.get(0), 0);
        report.rate("POST -> 201, warm", samples.get(2), 3_000);
        report.line(cpu.get(3).since(cpu.get(2)).each(samples.get(2).sorted().length));
    }

    void poll() throws IOException, InterruptedException {
        int[] phases = quick ? new int[] {6, 6} : new int[] {15, 15};
        List<Cpu> cpu = new ArrayList<>();
        List<Samples> samples = polling(polls()).run(() -> cpu.add(server.cpu()), phases);
        report.rate("GET If-None-Match -> 304", samples.get(1), 8_000);
        report.line(cpu.get(2).since(cpu.get(1)).each(samples.get(1).sorted().length));
    }

    /** Conditional GETs of some hundred requests, each with the ETag that it has. */
    List<byte[]> polls() throws IOException, InterruptedException {
        List<byte[]> polls = new ArrayList<>();
        for (String id : someRequests()) {
            String path = Api.REQUESTS + "/" + id;
            polls.add(api.rawConditionalGet(
                    path, api.get(path).headers().firstValue("etag").orElseThrow()));
        }
        return polls;
    }

    Load polling(List<byte[]> polls) {
        int[] place = {0};
        return new Load(api.tls(), server.port(), CONNECTIONS, 304, () -> polls.get(place[0]++ % polls.size()));
    }

    private List<String> someRequests() throws IOException, InterruptedException {
        fill(POLLED);
        List<String> ids = new ArrayList<>();
        for (JsonNode one : Api.json(api.get(Api.REQUESTS + "?limit=" + POLLED)).path("certificate_signing_requests")) {
            ids.add(one.path("metadata").path("id").asText());
        }
        return ids;
    }

    /** Issues so many as there are not yet. */
    void fill(int wanted) throws IOException, InterruptedException {
        try (Sql sql = new Sql(server)) {
            if (sql.row("SELECT count(*) AS there FROM signing_requests").getLong("there") >= wanted) {
                return;
            }
        }
        Iterator<String> next = Corpus.pems(cache, wanted).iterator();
        Load load = new Load(
                api.tls(),
                server.port(),
                CONNECTIONS,
                201,
                () -> next.hasNext() ? api.rawPost(Api.REQUESTS, Api.submission(next.next())) : null);
        load.run(() -> {}, 60);
    }

    /** All made due for the same moment to come; each one's time is from there to the write that renewed it. */
    void renew() throws IOException, InterruptedException {
        int due = quick ? 4_000 : 20_000;
        fill(due);
        try (Sql sql = new Sql(server)) {
            OffsetDateTime start = sql.row("SELECT date_trunc('second', now()) + interval '6 s' AS start")
                    .getOffsetDateTime("start");
            sql.run(MAKE_DUE, start, due);
            while (!sql.row(HAS_COME, start).getBoolean("has_come")) {
                Thread.sleep(20);
            }
            Cpu before = server.cpu();
            long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
            while (sql.row(STILL_DUE, start).getBoolean("still_due")) {
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException("renewals are still due after three minutes");
                }
                Thread.sleep(200);
            }
            Cpu cpu = server.cpu().since(before);
            Row renewed = sql.row(RENEWED, start);
            long[] each = Arrays.stream(renewed.getArrayOfLongs("micros"))
                    .mapToLong(micros -> micros * 1_000)
                    .toArray();
            if (each.length != due) {
                throw new IllegalStateException(each.length + " renewed, not " + due);
            }
            report.rate(
                    "scheduled renewals", Samples.of(Arrays.stream(each).max().orElseThrow(), each), 2_000);
            report.line(cpu.each(due));
        }
    }

    /** The whole table once to warm up; then each input so many times, one at a time. */
    void bad() throws IOException, InterruptedException {
        int rounds = quick ? 3 : 20;
        List<BadCsrs.Bad> table = BadCsrs.table();
        timed(table, rounds);
        List<Timed> times = timed(table, rounds);
        times.sort(Comparator.comparingDouble(Timed::millis).reversed());
        report.line("bad input, round trip of one at a time, median of " + rounds + ", slowest first:");
        for (Timed timed : quick ? times.subList(0, 10) : times) {
            report.line(String.format(Locale.ROOT, "    %6.2f ms  %s", timed.millis(), timed.name()));
        }
    }

    private record Timed(String name, double millis) {}

    private List<Timed> timed(List<BadCsrs.Bad> table, int rounds) throws IOException, InterruptedException {
        List<Timed> times = new ArrayList<>();
        for (BadCsrs.Bad bad : table) {
            String body = Api.submission(bad.pem());
            double[] millis = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                long start = System.nanoTime();
                int status = api.post(Api.REQUESTS, body).statusCode();
                millis[i] = (System.nanoTime() - start) / 1e6;
                if (status / 100 != 4) {
                    throw new IllegalStateException(bad.name() + " is answered " + status);
                }
            }
            Arrays.sort(millis);
            times.add(new Timed(bad.name(), millis[rounds / 2]));
        }
        return times;
    }
}
