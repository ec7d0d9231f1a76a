package dev.perennial.server.pkix;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a relying party learns about the issuer, plain http each: a pointer by https could not be followed without
 * another certificate (RFC 5280 §8).
 *
 * @param caIssuers the issuer's certificate (RFC 5280 §4.2.2.1)
 * @param ocsp its responder (RFC 6960 §3.1)
 * @param crl its CRL (RFC 5280 §4.2.1.13)
 */
public record Pointers(
        @Nullable URI caIssuers,
        @Nullable URI ocsp,
        @Nullable URI crl) {
    /** A certificate that points nowhere. */
    public static final Pointers NONE = new Pointers(null, null, null);
}
