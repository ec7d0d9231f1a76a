package dev.perennial.server;

import dev.perennial.server.audit.ChainKey;
import dev.perennial.server.audit.Seals;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.CutShort;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.db.EmbeddedPostgres;
import dev.perennial.server.db.Ids;
import dev.perennial.server.db.Migrations;
import dev.perennial.server.db.Notifications;
import dev.perennial.server.enrolment.Recoveries;
import dev.perennial.server.http.ListenerSettings;
import dev.perennial.server.http.Listeners;
import dev.perennial.server.http.TlsMaterial;
import dev.perennial.server.keys.ServerKeys;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.renewal.RenewalClock;
import dev.perennial.server.revocation.Revocations;
import dev.perennial.server.vault.SealException;
import dev.perennial.server.vault.SealKey;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A running server: what is started in which order, and stopped in the other. */
final class Server {
    private final Vertx vertx;
    private final Home home;
    private final ServerOptions options;
    private final PrometheusMeterRegistry metrics;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Ids ids;
    private final @Nullable EmbeddedPostgres embedded;
    private final Database database;
    private final Notifications notifications;
    private final Presence presence;
    private final List<Identifier> ownNames;
    private final List<ServerVerticle> verticles = new ArrayList<>();
    private final List<String> deployments = new ArrayList<>();
    private @Nullable Wiring wiring;

    private Server(
            Vertx vertx,
            Home home,
            ServerOptions options,
            PrometheusMeterRegistry metrics,
            SecureRandom random,
            InstantSource clock,
            @Nullable EmbeddedPostgres embedded,
            DatabaseUri uri,
            List<Identifier> ownNames) {
        this.vertx = vertx;
        this.home = home;
        this.options = options;
        this.metrics = metrics;
        this.random = random;
        this.clock = clock;
        this.ids = new Ids(random);
        this.embedded = embedded;
        this.database = Database.open(vertx, uri, Database.DEFAULT_POOL_SIZE);
        this.notifications = new Notifications(database);
        this.ownNames = ownNames;
        this.presence = new Presence(vertx, database, ids.next(), clock);
    }

    /**
     * Starts everything; blocks while the embedded database starts.
     *
     * @return fails with {@link ConfigurationException} or {@link dev.perennial.server.db.DatabaseSetupException} where
     *     the operator has to change something; what had been started is stopped again
     */
    static Future<Server> start(
            Vertx vertx,
            ServerOptions options,
            PrometheusMeterRegistry metrics,
            SecureRandom random,
            InstantSource clock,
            int eventLoops) {
        List<Identifier> ownNames = OwnNames.of(options.settings());
        Home home = Home.open(options.home());
        EmbeddedPostgres embedded = options.database() == null ? EmbeddedPostgres.start(home.directory()) : null;
        DatabaseUri uri = embedded == null
                ? DatabaseUri.parse(String.valueOf(options.database()), System.getenv("PGPASSWORD"))
                : embedded.uri();
        Server server = new Server(vertx, home, options, metrics, random, clock, embedded, uri, ownNames);
        return server.start(eventLoops).map(server).recover(failure -> server.stop()
                .transform(stopped -> Future.failedFuture(failure)));
    }

    private Future<Void> start(int eventLoops) {
        return database.verify()
                .compose(done -> new Migrations(database, Migrations.FOLDER)
                        .run(tx -> new FirstStart(home, random, ids, clock).make(database, tx)))
                .compose(done -> presence.appear(options.settings(), ownNames))
                .compose(done -> wire())
                .compose(wired -> notifications
                        .start()
                        // What fails of it the clock makes good, and says why.
                        .compose(done -> wired.revocations().strike().otherwiseEmpty())
                        .compose(done -> wired.ownCertificate().start(this::reload))
                        .compose(material -> listen(wired, material, eventLoops))
                        .onSuccess(done -> {
                            metrics.gauge("perennial.renewals.failing", wired.renewalClock(), RenewalClock::failing);
                            metrics.gauge(
                                    "perennial.signers.disabled.waiting", wired.renewalClock(), RenewalClock::heldUp);
                            metrics.gauge("perennial.agents.recovered", wired.recoveries(), Recoveries::recovered);
                            metrics.gauge("perennial.audit.unsealed.seconds", wired.seals(), Seals::unsealedSeconds);
                            metrics.gauge("perennial.crl.age.seconds", wired.revocations(), Revocations::oldestSeconds);
                            metrics.gauge(
                                    "perennial.authorities.leaves.cut.short.seconds",
                                    wired.cutShort(),
                                    CutShort::seconds);
                            metrics.gauge("perennial.server.keys.ready", wired.serverKeys(), ServerKeys::ready);
                            wired.issuers().measure(metrics);
                            wired.authorities().watch();
                            wired.renewalClock().start();
                        }))
                .onSuccess(done -> home.writePublic(
                        Home.MANAGEMENT_URL, "http://127.0.0.1:" + listeners().managementPort()));
    }

    private Future<Wiring> wire() {
        return SealKeyFile.settle(home, database, random).compose(sealKey -> ChainKey.load(database, sealKey)
                .compose(chainKey -> wire(sealKey, chainKey))
                .recover(failure -> failure instanceof SealException
                        ? Future.failedFuture(new ConfigurationException(home.file(Home.SEAL_KEY)
                                + " is not the key that the CA keys in this database are sealed with; where it"
                                + " was changed by 'reseal', copy the new one here"))
                        : Future.failedFuture(failure)));
    }

    private Future<Wiring> wire(SealKey sealKey, ChainKey chainKey) {
        return Authorities.load(vertx, database, sealKey).compose(authorities -> Signers.load(
                        database, authorities, options.settings().signers(), ids, clock)
                .recover(failure -> Future.failedFuture(
                        failure instanceof IllegalArgumentException
                                ? new ConfigurationException(String.valueOf(failure.getMessage()))
                                : failure))
                .map(signers -> {
                    authorities.publishedRoots().stream()
                            .map(root -> root.certificate().pem())
                            .reduce(String::concat)
                            .ifPresent(roots -> home.writePublic(Home.CA, roots.strip()));
                    Wiring made = new Wiring(
                            vertx,
                            database,
                            notifications,
                            sealKey,
                            chainKey,
                            authorities,
                            signers,
                            new HeadFile(vertx, home),
                            options.settings(),
                            ownNames,
                            presence,
                            ids,
                            random,
                            clock);
                    wiring = made;
                    return made;
                }));
    }

    private Future<Void> listen(Wiring wired, TlsMaterial material, int eventLoops) {
        ListenerSettings settings = ListenerSettings.of(options.port(), options.httpPort(), options.managementPort());
        Future<Void> listening = Future.succeededFuture();
        for (int loop = 0; loop < eventLoops; loop++) {
            ServerVerticle verticle = new ServerVerticle(wired, settings, material, metrics);
            verticles.add(verticle);
            listening = listening
                    .compose(done -> vertx.deployVerticle(verticle))
                    .map(id -> {
                        deployments.add(id);
                        return null;
                    });
        }
        return listening;
    }

    private Future<Void> reload(TlsMaterial material) {
        return listeners().reload(material);
    }

    /** The doors as they are served, to be looked at. */
    Router doors() {
        return Objects.requireNonNull(wiring, "the rooms are there once the server is started")
                .doors(vertx);
    }

    int port() {
        return listeners().port();
    }

    Listeners listeners() {
        return verticles.get(0).listeners();
    }

    /** Takes no more calls, answers those under way, and lets go of everything; the database last. */
    Future<Void> stop() {
        Wiring wired = wiring;
        if (wired != null) {
            wired.endWaits();
        }
        return Future.join(deployments.stream().map(vertx::undeploy).toList())
                .<Void>mapEmpty()
                .eventually(() -> wired == null
                        ? Future.succeededFuture()
                        : wired.renewalClock().stop())
                .onComplete(done -> {
                    if (wired != null) {
                        wired.authorities().stop();
                    }
                })
                .eventually(presence::leave)
                .eventually(notifications::stop)
                .eventually(database::close)
                .eventually(this::stopEmbedded);
    }

    private Future<Void> stopEmbedded() {
        EmbeddedPostgres running = embedded;
        if (running == null) {
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(() -> {
            running.stop();
            return null;
        });
    }
}
