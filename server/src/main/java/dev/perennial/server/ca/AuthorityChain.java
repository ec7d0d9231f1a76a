package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.CaExtensions;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.IssuerLimits;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The certificate of a CA that was made elsewhere and all that leads to its root: every link verified, each a CA's that
 * may sign certificates and CRLs, valid now, within path lengths and name constraints. Verifying takes milliseconds.
 */
final class AuthorityChain {
    static final int LONGEST = 10;

    private final List<X509> certificates;

    private AuthorityChain(List<X509> certificates) {
        this.certificates = certificates;
    }

    /**
     * Verifies it.
     *
     * @param field what it came in, for the text of a refusal
     * @param certificates the CA's own first; a self-signed root last
     * @throws ProblemException malformed, saying which certificate is wrong and why
     */
    static AuthorityChain verified(String field, List<X509> certificates, Instant now) {
        if (certificates.size() > LONGEST) {
            throw malformed(field, "more than " + LONGEST + " certificates");
        }
        if (certificates.stream().distinct().count() < certificates.size()) {
            throw malformed(field, "a certificate is there twice");
        }
        for (int place = 0; place < certificates.size(); place++) {
            requireAuthority(field, certificates, place, now);
        }
        for (int place = 1; place < certificates.size(); place++) {
            requireBelow(field, certificates.subList(place, certificates.size()), certificates.get(place - 1), place);
        }
        return new AuthorityChain(certificates);
    }

    private static void requireAuthority(String field, List<X509> certificates, int place, Instant now) {
        X509 certificate = certificates.get(place);
        String which = "certificate " + (place + 1);
        CaExtensions extensions = CaExtensions.of(certificate);
        if (!extensions.ca() || !extensions.signsCertificates()) {
            throw malformed(field, which + " is not a CA's that may sign certificates (RFC 5280 §4.2.1.9, §4.2.1.3)");
        }
        if (place == 0 && !extensions.signsCrls()) {
            throw malformed(field, which + " may not sign CRLs (key usage cRLSign), which a CA here does");
        }
        if (now.isBefore(certificate.notBefore()) || now.isAfter(certificate.notAfter())) {
            throw malformed(
                    field,
                    which + " is valid from " + certificate.notBefore() + " to " + certificate.notAfter()
                            + ", not now");
        }
        boolean last = place == certificates.size() - 1;
        X509 issuer = last ? certificate : certificates.get(place + 1);
        boolean signed = Arrays.equals(certificate.issuer(), issuer.subject())
                && certificate.verifiedBy(issuer.key().publicKey());
        if (!signed) {
            throw malformed(
                    field,
                    last
                            ? which + " is not self-signed: send all that leads to the root, the root too"
                            : "certificate " + (place + 2) + " did not issue the one before it");
        }
    }

    /** Within what all above leave it: as if they were about to sign it. */
    private static void requireBelow(String field, List<X509> above, X509 certificate, int place) {
        IssuerLimits limits = IssuerLimits.of(above);
        Integer left = limits.pathLength();
        if (left != null && left < 1 && !certificate.isSelfIssued()) {
            throw malformed(
                    field, "certificate " + (place + 1) + " has a path length that does not let a CA stand below it");
        }
        try {
            limits.requireNames(DistinguishedName.parse(certificate.subject()), List.of());
        } catch (ProblemException e) {
            throw malformed(field, "certificate " + place + ": " + e.detail());
        }
    }

    X509 certificate() {
        return certificates.get(0);
    }

    boolean isRoot() {
        return certificates.size() == 1;
    }

    /** What leads from it to its root. */
    List<X509> above() {
        return certificates.subList(1, certificates.size());
    }

    private static ProblemException malformed(String field, String detail) {
        return ProblemException.of(ProblemType.MALFORMED, field + ": " + detail);
    }
}
