package dev.perennial.server.bench;

import dev.perennial.server.testing.Bodies;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** PKCS#10 made with keys of the server's, at the QRadar door: a burst while keys are ready, then at the rate of making. */
final class KeyRow {
    private static final String PATH = "/api/staged_config/certificates/certificate_signing_request";
    private static final int BURST = 20;
    private static final int READY = 24;
    private static final int PAUSE_MILLIS = 250;

    private final Report report;
    private final BenchServer server;
    private final Api api;
    private final int warmUps;
    private final int bursts;
    private final int more;
    private final AtomicInteger made = new AtomicInteger();

    KeyRow(Report report, BenchServer server, boolean quick) throws IOException, GeneralSecurityException {
        this.report = report;
        this.server = server;
        this.api = new Api(server);
        this.warmUps = quick ? 2 : 20;
        this.bursts = quick ? 2 : 10;
        this.more = quick ? 40 : 200;
    }

    void measure() throws Exception {
        awaitReady();
        // The first one meets a cold server.
        report.most("first burst, slowest of " + BURST, millis(BURST, BURST)[BURST - 1], "%8.1f ms", 0);
        for (int i = 0; i < warmUps; i++) {
            awaitReady();
            millis(BURST, BURST);
        }
        List<Double> all = new ArrayList<>();
        for (int i = 0; i < bursts; i++) {
            awaitReady();
            for (double one : millis(BURST, BURST)) {
                all.add(one);
            }
        }
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        String what = "burst of " + BURST + " RSA-2048";
        report.most(what + ", median", sorted[sorted.length / 2], "%8.1f ms", 0);
        report.most(what + ", p99", sorted[(int) Math.ceil(sorted.length * 0.99) - 1], "%8.1f ms", 100);
        // Nothing is ready any more once as many were taken.
        millis(READY + BURST, 8);
        long start = System.nanoTime();
        double[] each = millis(more, 8);
        double seconds = (System.nanoTime() - start) / 1e9;
        report.line(String.format(
                Locale.ROOT, "    then, 8 at a time: %.1f/s, median %.0f ms", more / seconds, each[more / 2]));
    }

    /** So many calls, so many of them at once; sorted. */
    private double[] millis(int calls, int atOnce) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(atOnce);
        try {
            List<Future<Double>> running = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                running.add(threads.submit(this::make));
            }
            double[] millis = new double[calls];
            for (int i = 0; i < calls; i++) {
                millis[i] = running.get(i).get();
            }
            Arrays.sort(millis);
            return millis;
        } finally {
            threads.shutdown();
        }
    }

    private double make() throws IOException, InterruptedException {
        String name = "key" + made.incrementAndGet() + ".bench.test";
        String body = Bodies.object()
                .put("common_name", name)
                .put("purpose", "SERVER")
                .put("key_size", 2048)
                .toString();
        long start = System.nanoTime();
        HttpResponse<String> answer = api.post(PATH, body);
        if (answer.statusCode() != 201) {
            throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private void awaitReady() throws IOException, InterruptedException {
        URI metrics = URI.create(
                Files.readString(server.home().resolve("management.url")).strip() + "/metrics");
        HttpClient client = HttpClient.newHttpClient();
        while (!client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                .body()
                .contains("\nperennial_server_keys_ready " + READY + ".0")) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }
}
