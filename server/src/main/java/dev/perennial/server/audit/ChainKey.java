package dev.perennial.server.audit;

import dev.perennial.server.vault.MacKey;
import dev.perennial.server.vault.SealKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The codes of the chain. Their key comes of the home's seal key: who can write in the database but has no such file can
 * make none. What they are made of is text, a line a fact, so that anybody can follow it.
 */
final class ChainKey {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NOTHING = {};

    private final MacKey key;

    ChainKey(SealKey sealKey) {
        this.key = sealKey.macKey("audit chain");
    }

    /** The code that stands before the first seal. */
    static byte[] beginning() {
        return NOTHING;
    }

    byte[] code(byte[] previous, long number, long firstId, long lastId, int rowCount, byte[] digest, Instant at) {
        return key.tag("""
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
        return key.tag("""
                perennial audit seal pruned
                code %s
                at %s
                """.formatted(HEX.formatHex(code), RowDigest.text(at)).getBytes(StandardCharsets.US_ASCII));
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

    boolean isPrunedBySealHolder(Seal seal) {
        Instant pruned = seal.pruned();
        return pruned != null && MessageDigest.isEqual(seal.prunedCode(), prunedCode(seal.code(), pruned));
    }
}
