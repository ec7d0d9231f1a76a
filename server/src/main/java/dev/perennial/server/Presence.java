package dev.perennial.server;

import dev.perennial.server.db.Database;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.Identifier;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** This server among those that share the database: they must have equal signers and limits, or answers would differ. */
final class Presence {
    private static final long BEAT_MILLIS = 10_000;
    private static final Duration MOST_SKEW = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Database database;
    private final PresenceStore store;
    private final String id;
    private final InstantSource clock;
    private volatile Set<Identifier> ownNames = Set.of();
    private long timer = -1;

    Presence(Vertx vertx, Database database, String id, InstantSource clock) {
        this.vertx = vertx;
        this.database = database;
        this.store = new PresenceStore(database);
        this.id = id;
        this.clock = clock;
    }

    /** What any server of this database goes by, or went by: agents may still call it by that. */
    Set<Identifier> ownNames() {
        return ownNames;
    }

    /** Joins the others; fails with a {@link ConfigurationException} where a living one has other shared settings. */
    Future<Void> appear(Settings settings, List<Identifier> names) {
        String sha256 =
                HexFormat.of().formatHex(Digests.sha256(settings.shared().getBytes(StandardCharsets.UTF_8)));
        return database.<Void>inTransaction(tx -> store.lock(tx)
                        .compose(done -> store.others(tx, id, sha256))
                        .compose(others -> {
                            if (others > 0) {
                                throw new ConfigurationException(
                                        "signers and limits differ from those of another server on this database:"
                                                + " make the configuration files equal, or stop the other one first");
                            }
                            return store.appear(tx, id, sha256, names, clock.instant());
                        }))
                .compose(done -> readNames())
                .onSuccess(done -> timer =
                        vertx.setPeriodic(BEAT_MILLIS, fired -> store.beat(id).compose(beaten -> readNames())));
    }

    private Future<Void> readNames() {
        return store.names().map(names -> {
            ownNames = names;
            return null;
        });
    }

    Future<Void> leave() {
        vertx.cancelTimer(timer);
        return store.leave(id).otherwiseEmpty();
    }

    /**
     * What it is by the server's clock and the database's, the earlier of both: what is over by it is over by either.
     *
     * @return fails where the two differ by more than they may
     */
    Future<Instant> agreedNow() {
        return store.clock().map(databaseNow -> {
            Instant now = clock.instant();
            String problem = problem(now, databaseNow);
            if (problem != null) {
                throw new IllegalStateException(problem);
            }
            return now.isBefore(databaseNow) ? now : databaseNow;
        });
    }

    /** Null where the server's clock and the database's agree well enough, else how they differ. */
    Future<@Nullable String> clockProblem() {
        return store.clock().map(databaseNow -> problem(clock.instant(), databaseNow));
    }

    private static @Nullable String problem(Instant now, Instant databaseNow) {
        Duration skew = Duration.between(now, databaseNow).abs();
        return skew.compareTo(MOST_SKEW) > 0
                ? "the clocks of server and database differ by " + skew.toSeconds() + " s"
                : null;
    }
}
