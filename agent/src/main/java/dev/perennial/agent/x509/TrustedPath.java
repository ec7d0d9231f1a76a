package dev.perennial.agent.x509;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Path validation (RFC 5280 §6) of a chain in its given order: what is missing is not fetched from anywhere. */
public final class TrustedPath {
    private TrustedPath() {}

    /** Fails unless each certificate is signed by the next, and the last by one of the roots, all valid at that time. */
    public static void verify(
            X509Certificate leaf, List<X509Certificate> issuers, Collection<X509Certificate> roots, Instant at)
            throws CertificateException {
        if (roots.isEmpty()) {
            throw new CertificateException("there is no trusted root");
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        roots.forEach(root -> anchors.add(new TrustAnchor(root, null)));
        List<X509Certificate> path = new ArrayList<>();
        path.add(leaf);
        issuers.stream().filter(issuer -> !roots.contains(issuer)).forEach(path::add);
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(date(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
        } catch (CertificateException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new CertificateException("the chain does not lead to a trusted root: " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("JavaUtilDate") // PKIXParameters takes no other.
    private static Date date(Instant at) {
        return Date.from(at);
    }
}
