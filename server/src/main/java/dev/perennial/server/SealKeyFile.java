package dev.perennial.server;

import dev.perennial.server.ca.SealedKeys;
import dev.perennial.server.db.Database;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The seal key of a home. While it is changed there are two files, and what is in the database says which of them
 * counts: a change that was interrupted is found finished, or not begun.
 */
final class SealKeyFile {
    private static final Logger log = LoggerFactory.getLogger(SealKeyFile.class);

    private SealKeyFile() {}

    /** @throws ConfigurationException naming the file, where it is not there or no key */
    static SealKey read(Home home, SecureRandom random) {
        return read(home, Home.SEAL_KEY, random)
                .orElseThrow(() -> new ConfigurationException(
                        home.file(Home.SEAL_KEY) + " is missing: this database was set up with another home; copy its "
                                + Home.SEAL_KEY + " here"));
    }

    private static Optional<SealKey> read(Home home, String name, SecureRandom random) {
        try {
            return home.read(name).map(hex -> SealKey.of(HexFormat.of().parseHex(hex), random));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(home.file(name) + " is no key: it must hold 64 hex digits");
        }
    }

    static void write(Home home, String name, SealKey key) {
        home.writePrivate(name, HexFormat.of().formatHex(key.octets()));
    }

    /** The key that counts; the files stay as they are. */
    static Future<SealKey> current(Home home, Database database, SecureRandom random) {
        SealKey key = read(home, random);
        Optional<SealKey> next = read(home, Home.NEXT_SEAL_KEY, random);
        return next.isEmpty()
                ? Future.succeededFuture(key)
                : SealedKeys.areSealedBy(database, next.get()).map(changed -> changed ? next.get() : key);
    }

    /** The key that counts, alone in its file from now on. */
    static Future<SealKey> settle(Home home, Database database, SecureRandom random) {
        return current(home, database, random).map(key -> {
            Optional<SealKey> next = read(home, Home.NEXT_SEAL_KEY, random);
            if (next.isPresent() && next.get().fingerprint().equals(key.fingerprint())) {
                log.info("The change of the seal key is finished: {}", home.file(Home.SEAL_KEY));
                home.rename(Home.NEXT_SEAL_KEY, Home.SEAL_KEY);
            } else if (next.isPresent()) {
                log.info(
                        "A change of the seal key was interrupted before it was one; {} stays",
                        home.file(Home.SEAL_KEY));
                home.delete(Home.NEXT_SEAL_KEY);
            }
            return key;
        });
    }
}
