package dev.perennial.server.keys;

import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Arrays;

/** The entry to the keys as they are stored: none is opened here for longer than it takes to seal it again. */
public final class SealedServerKeys {
    private SealedServerKeys() {}

    /** What its seal is bound to, so that none can be put in another's row. */
    static String boundTo(String id) {
        return "server key " + id;
    }

    /** Seals all of them by another key; how many there are. */
    public static Future<Integer> reseal(SqlConnection tx, SealKey from, SealKey to) {
        return ServerKeyStore.lockAll(tx).compose(keys -> {
            Future<Void> done = Future.succeededFuture();
            for (ServerKeyStore.Sealed key : keys) {
                byte[] opened = from.open(key.octets(), boundTo(key.id()));
                byte[] sealed = to.seal(opened, boundTo(key.id()));
                Arrays.fill(opened, (byte) 0);
                done = done.compose(before -> ServerKeyStore.reseal(tx, key.id(), sealed));
            }
            return done.map(keys.size());
        });
    }
}
