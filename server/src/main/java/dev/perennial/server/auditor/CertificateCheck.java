package dev.perennial.server.auditor;

import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Lint;
import dev.perennial.server.pkix.SharedFactors;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What must hold of one certificate, whatever its row says. */
final class CertificateCheck {
    /** A revocation is on a CRL long before that. */
    static final Duration UNLISTED_LATE = Duration.ofMinutes(2);

    /** Rules that ask for the certificate that the CA had at that time. */
    private static final Set<String> OF_THEN = Set.of("validity-start", "validity-end");

    private final Map<String, X509> authorities;
    private final Set<String> certifiedElsewhere;
    private final Instant now;
    private final Findings findings;
    private final DecisionCheck decisions;
    private final Map<BigInteger, String> moduli = new HashMap<>();

    /** @param certifiedElsewhere the CAs that may have another certificate by now than the one they signed with */
    CertificateCheck(Map<String, X509> authorities, Set<String> certifiedElsewhere, Instant now, Findings findings) {
        this.authorities = authorities;
        this.certifiedElsewhere = certifiedElsewhere;
        this.now = now;
        this.findings = findings;
        this.decisions = new DecisionCheck(authorities, findings);
    }

    void check(StoredCertificate stored) {
        String subject = "certificate " + stored.id();
        X509 certificate = parsed(subject, stored.der());
        if (certificate == null) {
            return;
        }
        columns(subject, certificate, stored.serial(), stored.sha256(), stored.notBefore(), stored.notAfter());
        findings.require(!stored.orphan(), subject, "its request is not there");
        if (stored.decided() != null) {
            decisions.check(subject, certificate, stored, stored.decided());
        }
        if (stored.isOurs()) {
            issued(subject, certificate, stored.issuerId());
            if (stored.decided() == null) {
                own(subject, certificate, stored.issuerId());
            }
            findings.require(
                    stored.revoked() == null
                            || stored.crlNumber() != null
                            || stored.revoked().plus(UNLISTED_LATE).isAfter(now)
                            || stored.notAfter().isBefore(now),
                    subject,
                    "it was revoked at " + stored.revoked() + " and is on no CRL");
        } else {
            findings.require(
                    stored.issuerId()
                            .equals("sha256:" + HexFormat.of().formatHex(Digests.sha256(certificate.issuer()))),
                    subject,
                    "its issuer is not " + stored.issuerId());
        }
    }

    /** An identity of an agent. */
    void check(AuditorStore.StoredIdentity stored) {
        String subject = "identity " + HexFormat.of().formatHex(stored.sha256());
        X509 certificate = parsed(subject, stored.der());
        if (certificate != null) {
            columns(subject, certificate, stored.serial(), stored.sha256(), stored.notBefore(), stored.notAfter());
            issued(subject, certificate, stored.issuerId());
            used(subject, certificate, stored.issuerId(), CertificateProfile::client);
        }
    }

    /** One of no request: an OCSP responder's, or the server's own. */
    private void own(String subject, X509 certificate, String issuerId) {
        boolean responder =
                certificate.policies().isEmpty() && certificate.identifiers().isEmpty();
        used(
                subject,
                certificate,
                issuerId,
                kind -> responder
                        ? CertificateProfile.ocspResponder()
                        : CertificateProfile.server(kind).withPolicies(certificate.policies()));
    }

    private void used(
            String subject, X509 certificate, String issuerId, Function<KeyKind, CertificateProfile> profile) {
        X509 authority = authorities.get(issuerId);
        if (authority != null) {
            CertificateProfile expected = profile.apply(certificate.key().kind());
            Lint.differences(
                            certificate,
                            Issuer.of(authority),
                            certificate.hasNoRevocation() ? expected.withoutRevocation() : expected)
                    .forEach(difference -> findings.add(subject, difference.toString()));
        }
    }

    private @Nullable X509 parsed(String subject, byte[] der) {
        try {
            return X509.parse(der);
        } catch (ProblemException e) {
            findings.add(subject, e.detail());
            return null;
        }
    }

    private void columns(
            String subject, X509 certificate, String serial, byte[] sha256, Instant notBefore, Instant notAfter) {
        findings.require(
                certificate.serial().hex().equals(serial),
                subject,
                "its serial number is " + certificate.serial() + ", not " + serial);
        findings.require(Arrays.equals(certificate.sha256(), sha256), subject, "its hash is not the stored one");
        findings.require(
                certificate.notBefore().equals(notBefore)
                        && certificate.notAfter().equals(notAfter),
                subject,
                "it is valid from " + certificate.notBefore() + " to " + certificate.notAfter() + ", not from "
                        + notBefore + " to " + notAfter);
    }

    private void issued(String subject, X509 certificate, String issuerId) {
        X509 authority = authorities.get(issuerId);
        if (authority == null) {
            findings.add(subject, "there is no CA " + issuerId);
            return;
        }
        try {
            Issuer issuer = Issuer.of(authority);
            findings.require(
                    certificate.verifiedBy(issuer.key().publicKey()),
                    subject,
                    "its signature is not that of the CA " + issuerId);
            findings.require(
                    Arrays.equals(certificate.issuer(), authority.subject()),
                    subject,
                    "its issuer is not the CA " + issuerId);
            findings.require(!certificate.isCa(), subject, "it is a CA's");
            boolean known = !certifiedElsewhere.contains(issuerId);
            Lint.findings(certificate, issuer).stream()
                    .filter(finding -> known || !OF_THEN.contains(finding.rule()))
                    .forEach(finding -> findings.add(subject, finding.toString()));
            // Of quality: else there is no such key.
            remember(subject, certificate.key());
        } catch (ProblemException e) {
            findings.add(subject, e.detail());
        }
    }

    private void remember(String subject, SubjectPublicKey key) {
        if (key.publicKey() instanceof RSAPublicKey rsa) {
            moduli.putIfAbsent(rsa.getModulus(), subject);
        }
    }

    /** RSA keys that have a prime in common with another one: whoever has both public keys has both private ones. */
    void sharedFactors() {
        SharedFactors.among(moduli.keySet())
                .forEach(modulus -> findings.add(
                        String.valueOf(moduli.get(modulus)), "its RSA key shares a prime with another certificate's"));
    }
}
