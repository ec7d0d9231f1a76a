package dev.perennial.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.bench.BenchServer.Cpu;
import dev.perennial.server.bench.Report.Samples;
import dev.perennial.server.bench.Turns.Side;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Searches among a million certificates, and what issuance is there beside what it is on an empty database. */
final class InventoryRow {
    private static final double MOST_MILLIS = 50;

    private static final String SEARCH = "/v1/certificates?limit=100&";

    private static final int WARM = 20;

    private final Report report;
    private final Path cache;
    private final boolean quick;
    private final int rows;
    private Supplier<Cpu> cpu = () -> new Cpu(0, 0, 0);

    InventoryRow(Report report, Path cache, boolean quick) {
        this.report = report;
        this.cache = cache;
        this.quick = quick;
        this.rows = quick ? 100_000 : 1_000_000;
    }

    /** Two servers side by side, since the neighbours on a machine change from one minute to the next. */
    void measure(BenchServer loaded, Path emptyHome)
            throws IOException, InterruptedException, GeneralSecurityException {
        new InventoryFill(loaded, report).fill(rows);
        pages(loaded, "");
        try (BenchServer empty = BenchServer.start(emptyHome)) {
            Turns turns = new Turns(report, quick);
            turns.issue(
                    new Side("on " + rows + " certificates", loaded),
                    new Side("on an empty database", empty),
                    Corpus.pems(cache, turns.most()),
                    0.90);
        }
        pages(loaded, ", after issuance");
    }

    private void pages(BenchServer server, String when)
            throws IOException, InterruptedException, GeneralSecurityException {
        Api api = new Api(server);
        cpu = server::cpu;
        report.line("pages of 100 of " + rows + " certificates, one at a time" + when + ":");
        page(api, "the newest", i -> SEARCH);
        page(api, "the oldest of an organisation", i -> SEARCH + "order=oldest&org_id=default");
        walk(api, "the newest, page after page", SEARCH);
        walk(api, "part in all names, page after page", SEARCH + "name_contains=example");
        page(api, "whole name", i -> SEARCH + "name=" + name(i));
        page(api, "part in one name", i -> SEARCH + "name_contains=" + name(i).substring(0, 10));
        page(api, "part in 1 of 90 names", i -> SEARCH + "name_contains=.eu" + i % 30 + ".");
        page(api, "part in all names", i -> SEARCH + "name_contains=example");
        page(api, "part in no name", i -> SEARCH + "name_contains=absent" + i);
        page(api, "part in no name, of common parts", i -> SEARCH + "name_contains=.com.example.com");
        page(
                api,
                "part and state and organisation",
                i -> SEARCH + "name_contains=web" + i % 90 + "&state=valid&org_id=default");
        page(api, "serial number", i -> SEARCH + "serial_number=" + serial(i));
        page(api, "agent", i -> SEARCH + "connector_id=agent" + i);
        page(api, "rare signer", i -> SEARCH + "signer=perennial.dev/client");
        page(api, "revoked", i -> SEARCH + "state=revoked");
        page(api, "ends within a week", i -> SEARCH + "expires_after=now&expires_before=in%207%20days");
        page(api, "counted: part in 1 of 90 names", i -> SEARCH + "count=true&name_contains=.eu" + i % 30 + ".");
        page(
                api,
                "requests: part in one name",
                i -> "/v1/certificate_signing_requests?limit=100&name_contains=" + name(i).substring(0, 10));
        page(api, "requests: undecided", i -> "/v1/certificate_signing_requests?limit=100&state=pending");
        page(api, "500 with part in all names", i -> "/v1/certificates?name_contains=example");
    }

    private String name(int i) {
        return InventoryFill.name(place(i));
    }

    private String serial(int i) {
        return String.format(Locale.ROOT, "5a%030x", place(i));
    }

    /** Somewhere among the rows, of those that have a host's name. */
    private int place(int i) {
        return (int) ((i * 7_919L * 20 + 3) % rows);
    }

    private void page(Api api, String what, IntFunction<String> path) throws IOException, InterruptedException {
        int rounds = quick ? 50 : 200;
        int found = 0;
        long[] each = new long[rounds];
        Cpu before = cpu.get();
        for (int i = -WARM; i < rounds; i++) {
            String call = path.apply(Math.floorMod(i, rounds));
            long start = System.nanoTime();
            HttpResponse<String> answer = api.get(call);
            long took = System.nanoTime() - start;
            if (i >= 0) {
                each[i] = took;
                found += size(call, answer);
            }
        }
        tell(what, each, found / (double) rounds, cpu.get().since(before), rounds + WARM);
    }

    private void walk(Api api, String what, String first) throws IOException, InterruptedException {
        int rounds = quick ? 50 : 200;
        int found = 0;
        long[] each = new long[rounds];
        Cpu before = cpu.get();
        String token = "";
        for (int i = 0; i < rounds; i++) {
            String call = first + token;
            long start = System.nanoTime();
            HttpResponse<String> answer = api.get(call);
            each[i] = System.nanoTime() - start;
            found += size(call, answer);
            token = "&page_token=" + Api.json(answer).path("next_page_token").asText();
        }
        tell(what, each, found / (double) rounds, cpu.get().since(before), rounds);
    }

    private static int size(String call, HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(call + " is answered " + answer.statusCode() + ": " + answer.body());
        }
        JsonNode body = Api.json(answer);
        return body.path("certificates").size()
                + body.path("certificate_signing_requests").size();
    }

    private void tell(String what, long[] each, double found, Cpu used, int calls) {
        Samples samples = Samples.of(1, each);
        report.most(
                String.format(
                        Locale.ROOT,
                        "    %-34s %5.1f found  CPU %5.2f + %5.2f ms  p50 %6.2f ms  p99",
                        what,
                        found,
                        used.server() / calls / 1e3,
                        used.database() / calls / 1e3,
                        samples.millis(0.5)),
                samples.millis(0.99),
                "%6.2f ms",
                MOST_MILLIS);
    }
}
