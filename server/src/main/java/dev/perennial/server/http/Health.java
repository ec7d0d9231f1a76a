package dev.perennial.server.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.micrometer.PrometheusScrapingHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether the process lives and whether it can work, to anybody: reasons must hold no secrets. One Health belongs
 * to one event loop; calls that come while the checks run share their outcome.
 */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final long CHECK_SECONDS = 2;

    private final Map<String, Supplier<Future<@Nullable String>>> checks;
    private final Map<String, Supplier<@Nullable String>> warnings;
    private @Nullable Future<Report> running;

    /**
     * @param checks by name; each gives null where all is well, else the reason; it has two seconds to say so
     * @param warnings by name: what somebody should look at though calls are answered; they show in {@code /health} alone
     */
    public Health(
            Map<String, Supplier<Future<@Nullable String>>> checks, Map<String, Supplier<@Nullable String>> warnings) {
        this.checks = new TreeMap<>(checks);
        this.warnings = new TreeMap<>(warnings);
    }

    /** Serves {@code /health}, {@code /health/live} and {@code /health/ready}. */
    public void mount(Router router) {
        router.get("/health/live").handler(context -> Answer.json(context, 200, Map.of("status", "live")));
        router.get("/health/ready").handler(this::ready);
        router.get("/health").handler(this::summary);
    }

    /** Serves {@code /metrics} in Prometheus' text format; for the management listener alone. */
    public static void mountMetrics(Router router, PrometheusMeterRegistry registry) {
        router.get("/metrics").handler(PrometheusScrapingHandler.create(registry));
    }

    private void ready(RoutingContext context) {
        check().onSuccess(report -> Answer.json(context, report.isReady() ? 200 : 503, report))
                .onFailure(context::fail);
    }

    /** The same report, but as news rather than as a verdict: always 200. */
    private void summary(RoutingContext context) {
        check().onSuccess(report -> Answer.json(context, 200, report.with(warnings)))
                .onFailure(context::fail);
    }

    private Future<Report> check() {
        Future<Report> current = running;
        if (current != null) {
            return current;
        }
        Map<String, String> outcome = new TreeMap<>();
        List<Future<Void>> all = new ArrayList<>();
        checks.forEach((name, check) -> all.add(
                outcome(name, check).onSuccess(word -> outcome.put(name, word)).mapEmpty()));
        Future<Report> report = Future.join(all).map(done -> {
            boolean ready = outcome.values().stream().allMatch("ok"::equals);
            return new Report(ready ? "ready" : "unavailable", outcome);
        });
        running = report;
        report.onComplete(done -> running = null);
        return report;
    }

    private static Future<String> outcome(String name, Supplier<Future<@Nullable String>> check) {
        Future<@Nullable String> answer;
        try {
            answer = check.get();
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        return answer.timeout(CHECK_SECONDS, TimeUnit.SECONDS)
                .map(reason -> reason == null ? "ok" : reason)
                .recover(cause -> {
                    LOG.warn("the health check {} failed", name, cause);
                    return Future.succeededFuture("the check failed or took longer than two seconds");
                });
    }

    /** @param checks each check's name with {@code ok} or the reason */
    record Report(String status, Map<String, String> checks) {
        boolean isReady() {
            return status.equals("ready");
        }

        Report with(Map<String, Supplier<@Nullable String>> warnings) {
            Map<String, String> all = new TreeMap<>(checks);
            warnings.forEach((name, warning) -> all.put(name, Objects.requireNonNullElse(warning.get(), "ok")));
            return new Report(status, all);
        }
    }
}
