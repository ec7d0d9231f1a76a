package dev.perennial.server;

import dev.perennial.server.audit.Chain;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseSetupException;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.db.EmbeddedPostgres;
import dev.perennial.server.http.Logging;
import dev.perennial.server.vault.SealException;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code reseal}: another seal key, and everything that was sealed by the old one sealed by it; no server may run. */
@Command(
        name = "reseal",
        mixinStandardHelpOptions = true,
        description = "Changes the seal key: makes a new one, and seals with it what the old one had sealed.",
        footer = {
            "",
            "All servers of the database have to be stopped. Other homes of them get a copy of the new seal.key.",
            "Exit status: 0 done, 1 failed, 2 configuration, or a server runs."
        })
final class ResealCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int CONFIGURATION = 2;
    private static final int CONNECTIONS = 2;

    @Mixin
    private DatabaseOptions options = new DatabaseOptions();

    @Override
    public Integer call() {
        Logging.configure(Logging.Format.PLAIN);
        Logger log = LoggerFactory.getLogger(ResealCommand.class);
        try {
            Home home = Home.existing(options.home());
            int count = home.alone("reseal.lock", () -> reseal(home));
            log.info(
                    "{} keys of CAs are sealed by the new key in {}; copy it to the other homes of this database, and"
                            + " keep a copy where the old one was kept",
                    count,
                    home.file(Home.SEAL_KEY));
            return DONE;
        } catch (ConfigurationException | DatabaseSetupException e) {
            log.error("{}", e.getMessage());
            return CONFIGURATION;
        } catch (SealException e) {
            log.error("The seal.key of this home is not the key of what is sealed in this database");
            return CONFIGURATION;
        } catch (Exception | Error e) {
            // Exception: what a future failed with is thrown as it is, checked or not.
            log.error("The seal key is not changed, or its change is finished when a server starts with this home", e);
            return FAILED;
        }
    }

    private int reseal(Home home) {
        String database = options.database(options.settings());
        if (database != null) {
            return reseal(home, DatabaseUri.parse(database, System.getenv("PGPASSWORD")));
        }
        if (!EmbeddedPostgres.isIn(home.directory())) {
            throw new ConfigurationException(
                    "there is no embedded database in the home " + home.directory() + ": name it with --database");
        }
        if (EmbeddedPostgres.running(home.directory()).isPresent()) {
            throw new ConfigurationException("the server of this home runs: stop it first");
        }
        try (EmbeddedPostgres own = EmbeddedPostgres.start(home.directory())) {
            return reseal(home, own.uri());
        }
    }

    private static int reseal(Home home, DatabaseUri uri) {
        Vertx vertx = Vertx.vertx();
        try {
            Database database = Database.open(vertx, uri, CONNECTIONS);
            Resealing resealing = new Resealing(home, database, new SecureRandom(), InstantSource.system());
            return database.verify()
                    .compose(done -> Chain.exists(database))
                    .compose(there -> {
                        if (!there) {
                            throw new ConfigurationException("the schema of " + uri
                                    + " is older than this program: start the server once, it brings it up to date");
                        }
                        return resealing.run();
                    })
                    .eventually(database::close)
                    .await();
        } finally {
            vertx.close().await();
        }
    }
}
