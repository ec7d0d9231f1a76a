package dev.perennial.server.keys;

import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.KeyKind;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.HexFormat;

/**
 * A key that the server keeps, as callers see it: never the private one.
 *
 * @param owner the name of the caller who had it made
 * @param spki the public key (SubjectPublicKeyInfo, RFC 5280 §4.1.2.7)
 * @param used whether a PKCS#10 of a request that is not withdrawn is of it
 */
public record ServerKey(
        String id,
        String orgId,
        String owner,
        String name,
        KeyKind kind,
        Buffer spki,
        boolean used,
        Instant created,
        Instant updated) {

    /** A name for the public key. */
    public String sha256Hex() {
        return HexFormat.of().formatHex(Digests.sha256(spki.getBytes()));
    }

    /** The name that some doors know it by; worth nothing against whoever makes keys for it. */
    public String sha1Hex() {
        return HexFormat.of().formatHex(Digests.sha1(spki.getBytes()));
    }
}
