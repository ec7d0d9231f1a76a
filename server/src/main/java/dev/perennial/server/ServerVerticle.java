package dev.perennial.server;

import dev.perennial.server.http.ListenerSettings;
import dev.perennial.server.http.Listeners;
import dev.perennial.server.http.TlsMaterial;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The listeners of one event loop; there is an instance for each, and they share the ports. */
final class ServerVerticle extends VerticleBase {
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final Wiring wiring;
    private final ListenerSettings settings;
    private final TlsMaterial material;
    private final PrometheusMeterRegistry metrics;
    private @Nullable Listeners listeners;

    ServerVerticle(Wiring wiring, ListenerSettings settings, TlsMaterial material, PrometheusMeterRegistry metrics) {
        this.wiring = wiring;
        this.settings = settings;
        this.material = material;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        return Listeners.start(
                        vertx,
                        settings,
                        material,
                        wiring.doors(vertx),
                        wiring.publication(vertx),
                        wiring.management(vertx, metrics))
                .onSuccess(started -> listeners = started);
    }

    /** Calls under way are answered before the connections close. */
    @Override
    public Future<?> stop() {
        return listeners == null ? Future.succeededFuture() : listeners.close(DRAIN);
    }

    Listeners listeners() {
        return Objects.requireNonNull(listeners, "the listeners are up once the verticle is deployed");
    }
}
