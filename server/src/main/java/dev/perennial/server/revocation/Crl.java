package dev.perennial.server.revocation;

import dev.perennial.server.pkix.Pem;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;

/**
 * One CRL as it is published.
 *
 * @param number above those of all that were before (RFC 5280 §5.2.3)
 * @param der not to be changed
 * @param pem the same as text: made once, for strangers may ask for it as often as they like
 */
public record Crl(String issuerId, long number, Instant thisUpdate, Instant nextUpdate, Buffer der, String pem) {
    private static final String LABEL = "X509 CRL";

    /** A list of megabytes takes milliseconds: never on an event loop. */
    static Crl of(String issuerId, long number, Instant thisUpdate, Instant nextUpdate, Buffer der) {
        return new Crl(issuerId, number, thisUpdate, nextUpdate, der, Pem.encode(LABEL, der.getBytes()));
    }
}
