package dev.perennial.server;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.ChainKey;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.SealedKeys;
import dev.perennial.server.db.Database;
import dev.perennial.server.keys.SealedServerKeys;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.InstantSource;

/**
 * The change of the seal key: a new one beside the old, everything sealed anew in one transaction, then the new one in
 * the old one's place. Killed between any two of these steps, the home and the database still belong together, see {@link
 * SealKeyFile}.
 */
final class Resealing {
    private static final Cause OPERATOR = new Cause("operator", "command line", "");

    private final Home home;
    private final Database database;
    private final SecureRandom random;
    private final InstantSource clock;

    Resealing(Home home, Database database, SecureRandom random, InstantSource clock) {
        this.home = home;
        this.database = database;
        this.random = random;
        this.clock = clock;
    }

    /** How many keys were sealed anew; only one process of a home does it at a time. */
    Future<Integer> run() {
        return SealKeyFile.settle(home, database, random).compose(old -> {
            SealKey fresh = SealKey.generate(random);
            SealKeyFile.write(home, Home.NEXT_SEAL_KEY, fresh);
            return database.inTransaction(tx -> requireAlone(tx).compose(alone -> reseal(tx, old, fresh)))
                    // A server that started in this very moment may have done the rest.
                    .compose(count -> SealKeyFile.settle(home, database, random).map(count));
        });
    }

    /** A server that starts meanwhile waits for the same lock, and reads the key after it. */
    private Future<Void> requireAlone(SqlConnection tx) {
        PresenceStore presence = new PresenceStore(database);
        return presence.lock(tx).compose(locked -> presence.living(tx)).map(living -> {
            if (living > 0) {
                throw new ConfigurationException(living + " server" + (living == 1 ? " runs" : "s run")
                        + " on this database: stop all of them first; one that was killed is forgotten after 30 s");
            }
            return null;
        });
    }

    /** Those of CAs, and those that are kept for others. */
    private static Future<Integer> keys(SqlConnection tx, SealKey old, SealKey fresh) {
        return SealedKeys.reseal(tx, old, fresh).compose(ofAuthorities -> SealedServerKeys.reseal(tx, old, fresh)
                .map(kept -> ofAuthorities + kept));
    }

    private Future<Integer> reseal(SqlConnection tx, SealKey old, SealKey fresh) {
        return keys(tx, old, fresh).compose(count -> ChainKey.reseal(tx, old, fresh)
                .compose(done -> new Events(database)
                        .done(
                                tx,
                                clock.instant(),
                                null,
                                OPERATOR,
                                "change-seal-key",
                                fresh.fingerprint(),
                                count + " keys sealed anew, before by " + old.fingerprint()))
                .map(count));
    }
}
