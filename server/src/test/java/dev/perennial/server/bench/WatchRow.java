package dev.perennial.server.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.bench.BenchServer.Cpu;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.KubernetesObjects;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Many who watch at once: how soon the last of them is told of a change, and what they take of the server's memory. */
final class WatchRow {
    /** What the server is given here, besides the flags of the other rows. */
    static final String HEAP = "-Xmx512m";

    private static final int HEAP_MIB = 512;
    private static final int FIRST = 10;
    private static final int EVENTS = 20;
    private static final String SIGNER = "perennial.dev/server";
    private static final int BETWEEN_MILLIS = 500;

    private final Report report;
    private final BenchServer server;
    private final Path cache;
    private final int watches;
    private final String many;
    private int made;

    WatchRow(Report report, BenchServer server, Path cache, boolean quick) {
        this.report = report;
        this.server = server;
        this.cache = cache;
        this.watches = quick ? 500 : 5_000;
        this.many = String.format(Locale.ROOT, "%,d watches", watches);
    }

    void measure() throws IOException, InterruptedException, GeneralSecurityException {
        Api account = account();
        List<String> pems = Corpus.pems(cache, FIRST + EVENTS);
        String from = version(expect(200, account.get(KubernetesObjects.PATH)));
        double without = server.heapMib();
        try (Watchers watchers = new Watchers(
                account.tls(),
                server.port(),
                account.rawGet(KubernetesObjects.PATH + "?watch=true&resourceVersion=" + from),
                watches)) {
            long start = System.nanoTime();
            Cpu before = server.cpu();
            watchers.open();
            report.most(many + " opened", (System.nanoTime() - start) / 1e9, "%8.2f s", 0);
            report.line(server.cpu().since(before).each(watches));
            events(account, watchers, pems);
            double with = server.heapMib();
            report.most(many + ", heap in use", with, "%8.1f MiB", HEAP_MIB);
            report.line(String.format(
                    Locale.ROOT,
                    "    %.1f KiB each; before them %.1f MiB; the server has " + HEAP,
                    (with - without) * 1_024 / watches,
                    without));
            report.most(many + ", resident", server.residentMib(), "%8.1f MiB", 0);
            watchers.check(FIRST + EVENTS);
            report.line("    none was cut; each had one line of each change, in their order");
        }
    }

    /** The first ones come while the compilers are busy with what opening the watches has made hot. */
    private void events(Api account, Watchers watchers, List<String> pems) throws IOException, InterruptedException {
        double[] first = seconds(account, watchers, pems.subList(0, FIRST));
        Cpu before = server.cpu();
        double[] seconds = seconds(account, watchers, pems.subList(FIRST, FIRST + EVENTS));
        Cpu cpu = server.cpu().since(before);
        report.most("change -> " + many + ", first " + FIRST, first[FIRST - 1], "%8.2f s", 1);
        report.most("change -> " + many + ", median", seconds[EVENTS / 2], "%8.2f s", 1);
        report.most("change -> " + many + ", worst", seconds[EVENTS - 1], "%8.2f s", 1);
        report.line(cpu.each(EVENTS));
    }

    /** Objects are made and changed in turns; each one's time is from the answer until the last watch has its line. */
    private double[] seconds(Api account, Watchers watchers, List<String> pems)
            throws IOException, InterruptedException {
        double[] seconds = new double[pems.size()];
        for (int i = 0; i < seconds.length; i++) {
            HttpResponse<String> answer = i % 2 == 0 ? make(account, pems.get(i)) : change(account);
            long answered = System.nanoTime();
            seconds[i] = (watchers.told(Long.parseLong(version(answer))) - answered) / 1e9;
            Thread.sleep(BETWEEN_MILLIS);
        }
        Arrays.sort(seconds);
        return seconds;
    }

    private HttpResponse<String> make(Api account, String pem) throws IOException, InterruptedException {
        String object =
                KubernetesObjects.object("watched-" + ++made, SIGNER, pem).toString();
        return expect(201, account.post(KubernetesObjects.PATH, object));
    }

    /** The one that was made last. */
    private HttpResponse<String> change(Api account) throws IOException, InterruptedException {
        String path = KubernetesObjects.one("watched-" + made);
        return expect(
                200, account.patch(path, KubernetesObjects.MERGE, "{\"metadata\":{\"labels\":{\"changed\":\"yes\"}}}"));
    }

    /** An administrator of the first organisation: the bootstrap one has none, and makes no objects. */
    private Api account() throws IOException, InterruptedException, GeneralSecurityException {
        Api bootstrap = new Api(server);
        String id = Api.json(expect(
                        201,
                        bootstrap.post(
                                ApiClient.ACCOUNTS,
                                Bodies.account("default", "watcher", List.of("administrator"), "**")
                                        .toString())))
                .at("/metadata/id")
                .asText();
        JsonNode token = Api.json(expect(
                201,
                bootstrap.post(
                        ApiClient.ACCESS_TOKENS,
                        Bodies.spec(Map.of("account", id)).toString())));
        return new Api(server, token.at("/status/token").asText());
    }

    private static String version(HttpResponse<String> answer) throws IOException {
        return Api.json(answer).at("/metadata/resourceVersion").asText();
    }

    private static HttpResponse<String> expect(int status, HttpResponse<String> answer) {
        if (answer.statusCode() != status) {
            throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }
}
