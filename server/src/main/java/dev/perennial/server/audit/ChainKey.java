package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.vault.MacKey;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * The codes of the chain. Their key comes of the home's seal key: who can write in the database but has no such file can
 * make none. Where the seal key was changed, the chain goes on with the new one, and the keys of the seals before are in
 * the database, sealed. What codes are made of is text, a line a fact, so that anybody can follow it.
 */
public final class ChainKey {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NOTHING = {};

    private final MacKey key;
    /** By the last seal that each has made. */
    private final List<Retired> retired;

    /** @param lastNumber the last seal that was made with it */
    record Retired(long lastNumber, MacKey key) {}

    private ChainKey(MacKey key, List<Retired> retired) {
        this.key = key;
        this.retired = List.copyOf(retired);
    }

    /** Of a chain whose seal key was never changed. */
    static ChainKey of(SealKey sealKey) {
        return new ChainKey(macKey(sealKey), List.of());
    }

    /** With the keys of before; fails with {@link dev.perennial.server.vault.SealException} where they do not open. */
    public static Future<ChainKey> load(Database database, SealKey sealKey) {
        return new ChainKeyStore().retired(database, sealKey).map(retired -> new ChainKey(macKey(sealKey), retired));
    }

    /** The key of the seals up to now becomes one of before, and all of those are sealed by the new seal key. */
    public static Future<Void> reseal(SqlConnection tx, SealKey from, SealKey to) {
        return new ChainKeyStore().reseal(tx, from, to, macKey(from));
    }

    private static MacKey macKey(SealKey sealKey) {
        return sealKey.macKey("audit chain");
    }

    private MacKey keyOf(long number) {
        return retired.stream()
                .filter(before -> number <= before.lastNumber())
                .findFirst()
                .map(Retired::key)
                .orElse(key);
    }

    /** The code that stands before the first seal. */
    static byte[] beginning() {
        return NOTHING;
    }

    byte[] code(byte[] previous, long number, long firstId, long lastId, int rowCount, byte[] digest, Instant at) {
        return keyOf(number).tag("""
                perennial audit seal
                previous %s
                number %d
                rows %d to %d
                count %d
                digest %s
                at %s
                """.formatted(
                        HEX.formatHex(previous),
                        number,
                        firstId,
                        lastId,
                        rowCount,
                        HEX.formatHex(digest),
                        RowDigest.text(at))
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** Says that the rows below that code were deleted then, by who may. */
    byte[] prunedCode(byte[] code, Instant at) {
        return key.tag(pruned(code, at));
    }

    private static byte[] pruned(byte[] code, Instant at) {
        return """
                perennial audit seal pruned
                code %s
                at %s
                """.formatted(HEX.formatHex(code), RowDigest.text(at)).getBytes(StandardCharsets.US_ASCII);
    }

    boolean isOf(Seal seal, byte[] previous) {
        return MessageDigest.isEqual(
                seal.code(),
                code(
                        previous,
                        seal.number(),
                        seal.firstId(),
                        seal.lastId(),
                        seal.rowCount(),
                        seal.digest(),
                        seal.at()));
    }

    /** Rows go long after they were sealed: by the key of then, whichever that was. */
    boolean isPrunedBySealHolder(Seal seal) {
        Instant at = seal.pruned();
        byte[] code = seal.prunedCode();
        if (at == null || code == null) {
            return false;
        }
        byte[] message = pruned(seal.code(), at);
        return key.verifies(message, code)
                || retired.stream().anyMatch(before -> before.key().verifies(message, code));
    }
}
