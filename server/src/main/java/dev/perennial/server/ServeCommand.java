package dev.perennial.server;

import dev.perennial.server.db.DatabaseSetupException;
import dev.perennial.server.http.Logging;
import dev.perennial.server.http.PortException;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: runs until it is told to stop. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Runs the server.")
final class ServeCommand implements Callable<Integer> {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
    private static final int FAILED = 1;
    private static final int CONFIGURATION = 2;
    private static final int STOP_SECONDS = 25;

    @Mixin
    private DatabaseOptions installation = new DatabaseOptions();

    @Option(names = "--port", paramLabel = "N", description = "HTTPS; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private String port = "8443";

    @Option(
            names = "--http-port",
            paramLabel = "N",
            description = "Plain HTTP for /ca/; 0 takes a free one, off has none. Default: ${DEFAULT-VALUE}")
    private String httpPort = "8080";

    @Option(
            names = "--management-port",
            paramLabel = "N",
            description = "Metrics on 127.0.0.1; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private String managementPort = "8444";

    @Option(names = "--log-format", paramLabel = "FORMAT", description = "plain or json. Default: plain")
    private Logging.Format logFormat = Logging.Format.PLAIN;

    @Override
    public Integer call() {
        Logging.configure(logFormat);
        Logger log = LoggerFactory.getLogger(ServeCommand.class);
        if (!FastCrypto.install()) {
            log.warn("The fast cryptographic provider does not load on this machine; going on with the JDK's own");
        }
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Vertx vertx = vertx(metrics);
        try {
            ServerOptions options = options();
            int loops = Runtime.getRuntime().availableProcessors();
            Server server = Server.start(vertx, options, metrics, new SecureRandom(), ServeCommand::now, loops)
                    .await();
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, vertx, stopped), "shutdown"));
            PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
            out.println("ready https://localhost:" + server.port());
            stopped.await();
            return 0;
        } catch (ConfigurationException | DatabaseSetupException e) {
            log.error("{}", e.getMessage());
            return CONFIGURATION;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        } catch (PortException e) {
            log.error("{}", e.getMessage());
            return FAILED;
        } catch (Exception | Error e) {
            // Exception: what a future failed with is thrown as it is, checked or not.
            log.error("The server cannot start", e);
            return FAILED;
        }
    }

    /** In milliseconds: finer than the database keeps would make an answer differ from the one that is read back. */
    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static void stop(Server server, Vertx vertx, CountDownLatch stopped) {
        Logger log = LoggerFactory.getLogger(ServeCommand.class);
        log.info("Stopping: answering the calls that are under way");
        try {
            Future<Void> end = server.stop().eventually(vertx::close);
            end.toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
            log.info("Stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException e) {
            log.warn("Not everything stopped in order: {}", e.toString());
        } finally {
            Logging.stop();
            stopped.countDown();
        }
    }

    private static Vertx vertx(PrometheusMeterRegistry metrics) {
        // A method is any token that somebody sends: each would be a series of its own, for ever.
        metrics.config()
                .meterFilter(
                        MeterFilter.replaceTagValues("method", method -> METHODS.contains(method) ? method : "other"));
        EnumSet<MetricsDomain> off = EnumSet.allOf(MetricsDomain.class);
        off.remove(MetricsDomain.HTTP_SERVER);
        MicrometerMetricsOptions options = new MicrometerMetricsOptions()
                .setEnabled(true)
                .setLabels(EnumSet.of(Label.HTTP_METHOD, Label.HTTP_CODE));
        off.forEach(options::addDisabledMetricsCategory);
        // The pool's metrics have no domain of their own, and two pools would register the same gauge.
        options.addDisabledMetricsCategory("sql").addDisabledMetricsCategory("tcp");
        return Vertx.builder()
                .with(new VertxOptions().setMetricsOptions(options))
                .withMetrics(new MicrometerMetricsFactory(metrics))
                .build();
    }

    private ServerOptions options() {
        Settings settings = installation.settings();
        return new ServerOptions(
                installation.home(),
                number("--port", port),
                "off".equals(httpPort) ? OptionalInt.empty() : OptionalInt.of(number("--http-port", httpPort)),
                number("--management-port", managementPort),
                installation.database(settings),
                settings);
    }

    private static int number(String option, String text) {
        try {
            int number = Integer.parseInt(text);
            if (number >= 0 && number <= 65_535) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of range.
        }
        throw new ConfigurationException(
                option + ": must be a port from 0 to 65535" + ("--http-port".equals(option) ? ", or off" : ""));
    }
}
