package dev.perennial.server;

import dev.perennial.server.vault.SealException;
import java.security.SecureRandom;
import java.time.InstantSource;
import picocli.CommandLine.Command;

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
final class ResealCommand extends StoredCommand {
    ResealCommand() {
        super("The seal key is not changed, or its change is finished when a server starts with this home");
    }

    @Override
    int run(Home home, StoredDatabase stored) throws Exception {
        int count = home.alone("reseal.lock", () -> reseal(home, stored));
        log().info(
                        "{} keys are sealed by the new key in {}; copy it to the other homes of this database, and"
                                + " keep a copy where the old one was kept",
                        count,
                        home.file(Home.SEAL_KEY));
        return CLEAN;
    }

    private static int reseal(Home home, StoredDatabase stored) {
        try {
            return stored.alone((vertx, database) ->
                    new Resealing(home, database, new SecureRandom(), InstantSource.system()).run());
        } catch (SealException e) {
            throw new ConfigurationException(
                    "The seal.key of this home is not the key of what is sealed in this database");
        }
    }
}
