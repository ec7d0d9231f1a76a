package dev.perennial.server;

import dev.perennial.server.db.DatabaseSetupException;
import dev.perennial.server.http.Logging;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Mixin;

/** A command on what an installation has stored: its home is there, and its database. */
abstract class StoredCommand implements Callable<Integer> {
    static final int CLEAN = 0;
    static final int FAILED = 1;
    static final int CONFIGURATION = 2;

    @Mixin
    private DatabaseOptions options = new DatabaseOptions();

    private final Logger log = LoggerFactory.getLogger(getClass());
    private final String failure;

    /** @param failure what did not come about, for the log */
    StoredCommand(String failure) {
        this.failure = failure;
    }

    @Override
    public final Integer call() {
        Logging.configure(Logging.Format.PLAIN);
        try {
            Home home = Home.existing(options.home());
            return run(home, new StoredDatabase(options, home));
        } catch (ConfigurationException | DatabaseSetupException e) {
            log.error("{}", e.getMessage());
            return CONFIGURATION;
        } catch (Exception | Error e) {
            // Exception: what a future failed with is thrown as it is, checked or not.
            log.error(failure, e);
            return FAILED;
        }
    }

    /** Does it, and returns the exit status. */
    abstract int run(Home home, StoredDatabase database) throws Exception;

    final Logger log() {
        return log;
    }
}
