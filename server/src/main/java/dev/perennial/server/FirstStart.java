package dev.perennial.server;

import dev.perennial.server.ca.FirstAuthorities;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.identity.Callers;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is made once for a database, by the server that makes its schema and in the same transaction: the key-encryption
 * key, the CAs, the administrator's token, the first organisation. The files are on disk before the commit; files that
 * an interrupted first start left are used again.
 */
final class FirstStart {
    private static final Logger log = LoggerFactory.getLogger(FirstStart.class);

    private static final String FIRST_ORGANISATION =
            "INSERT INTO organisations (id, name, names, created, updated) VALUES ('default', 'default', ARRAY['**'], $1, $1)";

    private final Home home;
    private final SecureRandom random;
    private final Ids ids;
    private final InstantSource clock;

    FirstStart(Home home, SecureRandom random, Ids ids, InstantSource clock) {
        this.home = home;
        this.random = random;
        this.ids = ids;
        this.clock = clock;
    }

    Future<Void> make(Database database, SqlConnection tx) {
        Instant now = clock.instant();
        if (home.read(Home.SEAL_KEY).isEmpty()) {
            SealKeyFile.write(home, Home.SEAL_KEY, SealKey.generate(random));
        }
        String token = home.read(Home.ADMIN_TOKEN).orElseGet(ids::secret);
        home.writePrivate(Home.ADMIN_TOKEN, token);
        return tx.preparedQuery(FIRST_ORGANISATION)
                .execute(Tuple.of(Timestamps.of(now)))
                .compose(done -> Callers.setBootstrap(database, tx, token))
                .compose(done -> new FirstAuthorities(random, ids, SealKeyFile.read(home, random)).make(tx, now))
                .map(root -> {
                    home.writePublic(Home.CA, root.pem().strip());
                    log.info(
                            "A new installation: the administrator's token is in {}, the root certificate in {}",
                            home.file(Home.ADMIN_TOKEN),
                            home.file(Home.CA));
                    return null;
                });
    }
}
