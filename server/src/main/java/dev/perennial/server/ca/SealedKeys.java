package dev.perennial.server.ca;

import dev.perennial.server.db.Database;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Arrays;

/** The entry to the keys of CAs as they are stored: none is opened here for longer than it takes to seal it again. */
public final class SealedKeys {
    private SealedKeys() {}

    /** Whether that is the seal key of what is in the database now. */
    public static Future<Boolean> areSealedBy(Database database, SealKey sealKey) {
        return new SealedKeyStore().any(database).map(found -> found.filter(sealKey::hasSealed)
                .isPresent());
    }

    /**
     * Seals all of them by another key.
     *
     * @return how many there are; fails with {@link dev.perennial.server.vault.SealException} where {@code from} is not
     *     their key
     */
    public static Future<Integer> reseal(SqlConnection tx, SealKey from, SealKey to) {
        SealedKeyStore store = new SealedKeyStore();
        return store.lockAll(tx).compose(keys -> {
            Future<Void> done = Future.succeededFuture();
            for (SealedKeyStore.Key key : keys) {
                String purpose = AuthorityStore.boundTo(key.id());
                byte[] opened = from.open(key.sealed(), purpose);
                byte[] sealed = to.seal(opened, purpose);
                Arrays.fill(opened, (byte) 0);
                done = done.compose(before -> store.set(tx, key.id(), sealed));
            }
            return done.map(keys.size());
        });
    }
}
