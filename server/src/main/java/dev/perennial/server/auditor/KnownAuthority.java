package dev.perennial.server.auditor;

import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.X509;

/**
 * A CA as what it signed is judged by it.
 *
 * @param recertified whether it takes other certificates for its PKCS#10: it may have had another one when it signed
 */
record KnownAuthority(X509 certificate, Issuer issuer, boolean recertified) {}
