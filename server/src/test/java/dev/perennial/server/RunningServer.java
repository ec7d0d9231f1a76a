package dev.perennial.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.TestCsrs;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One server with a Vert.x and a home of its own. */
public final class RunningServer implements AutoCloseable {
    /** So long an event loop may be held. */
    public static final Duration LIMIT = Duration.ofMillis(250);

    private static final int EVENT_LOOPS = 2;

    static {
        FastCrypto.install();
    }

    private final Vertx vertx;
    private final Path home;
    private final Server server;
    private final ApiClient nobody;
    private final EventLoopWatch eventLoops;

    private RunningServer(Vertx vertx, Path home, Server server) {
        this.vertx = vertx;
        this.home = home;
        this.server = server;
        this.eventLoops = new EventLoopWatch(vertx, LIMIT);
        this.nobody = ApiClient.nobody(uri(), roots());
    }

    /** Starts it; with the seal key of {@code sibling}, where there is one. */
    static RunningServer start(
            DatabaseUri database, Settings settings, InstantSource clock, @Nullable RunningServer sibling) {
        try {
            Path home = Files.createTempDirectory("perennial-home");
            if (sibling != null) {
                Files.copy(sibling.home.resolve(Home.SEAL_KEY), home.resolve(Home.SEAL_KEY));
                Files.copy(sibling.home.resolve(Home.ADMIN_TOKEN), home.resolve(Home.ADMIN_TOKEN));
            }
            Vertx vertx = Vertx.vertx(new VertxOptions()
                    .setEventLoopPoolSize(EVENT_LOOPS)
                    .setBlockedThreadCheckInterval(50)
                    .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                    .setMaxEventLoopExecuteTime(LIMIT.toMillis())
                    .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
            ServerOptions options = new ServerOptions(home, 0, OptionalInt.of(0), 0, database.toString(), settings);
            Server server = Await.value(Server.start(
                    vertx,
                    options,
                    new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                    new SecureRandom(),
                    clock,
                    EVENT_LOOPS));
            RunningServer running = new RunningServer(vertx, home, server);
            running.warmUp();
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Classes are loaded by the first calls, and loops wait for each other at that: the limit counts from then on. */
    private void warmUp() {
        ObjectNode body = Bodies.request(TestCsrs.p256("warm-up.test"));
        for (int call = 0; call < 2 * EVENT_LOOPS; call++) {
            ApiClient.nobody(uri(), roots())
                    .withToken(administratorToken())
                    .post(ApiClient.REQUESTS + "?dry_run=true", body)
                    .expect(200);
        }
        eventLoops.arm();
    }

    void requireFreeEventLoops() {
        eventLoops.requireFree();
    }

    public URI uri() {
        return URI.create("https://localhost:" + server.port());
    }

    /** Every route of the main listener, as {@code METHOD /path/:parameter}; HEAD follows GET everywhere. */
    public List<String> routes() {
        return server.doors().getRoutes().stream()
                .filter(route -> route.methods() != null && route.getPath() != null)
                .flatMap(route -> route.methods().stream()
                        .filter(method -> !method.equals(HttpMethod.HEAD))
                        .map(method -> method + " " + route.getPath()))
                .distinct()
                .sorted()
                .toList();
    }

    public Path home() {
        return home;
    }

    public String roots() {
        return read(Home.CA);
    }

    public String administratorToken() {
        return read(Home.ADMIN_TOKEN);
    }

    public ApiClient nobody() {
        return nobody;
    }

    public ApiClient administrator() {
        return nobody.withToken(administratorToken());
    }

    private String read(String name) {
        try {
            return Files.readString(home.resolve(name)).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@code SIGTERM} does; its home stays. */
    void stop() {
        eventLoops.close();
        Await.value(server.stop().eventually(vertx::close));
    }

    void deleteHome() {
        delete(home);
    }

    /** As {@code SIGTERM} does, and its home goes with it. */
    @Override
    public void close() {
        stop();
        deleteHome();
    }

    private static void delete(Path directory) {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
