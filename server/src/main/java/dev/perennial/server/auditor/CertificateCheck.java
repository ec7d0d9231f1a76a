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
    private static final Set<String> OF_THEN = Set.of("validity-start", "validity-end", "authority-key-issuer");

    private final Map<String, KnownAuthority> authorities;
    private final Instant now;
    private final Findings findings;
    private final DecisionCheck decisions;
    private final Map<BigInteger, String> moduli = new HashMap<>();

    CertificateCheck(Map<String, KnownAuthority> authorities, Instant now, Findings findings) {
        this.authorities = authorities;
        this.now = now;
        this.findings = findings;
        this.decisions = new DecisionCheck(findings);
    }

    void check(StoredCertificate stored) {
        String subject = "certificate " + stored.id();
        X509 certificate = parsed(subject, stored.der());
        if (certificate == null) {
            return;
        }
        columns(subject, certificate, stored.serial(), stored.sha256(), stored.notBefore(), stored.notAfter());
        findings.require(!stored.orphan(), subject, "its request is not there");
        KnownAuthority authority = stored.isOurs() ? authority(subject, stored.issuerId()) : null;
        StoredDecision decided = stored.decided();
        if (decided != null) {
            decisions.check(subject, certificate, authority, stored, decided);
        }
        if (authority != null) {
            issued(subject, certificate, authority, decided == null ? kind -> own(certificate, kind) : null);
        }
        if (stored.isOurs()) {
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
        if (certificate == null) {
            return;
        }
        columns(subject, certificate, stored.serial(), stored.sha256(), stored.notBefore(), stored.notAfter());
        KnownAuthority authority = authority(subject, stored.issuerId());
        if (authority != null) {
            issued(subject, certificate, authority, CertificateProfile::client);
        }
    }

    private @Nullable KnownAuthority authority(String subject, String issuerId) {
        KnownAuthority authority = authorities.get(issuerId);
        findings.require(authority != null, subject, "there is no CA " + issuerId);
        return authority;
    }

    /** Of no request are an OCSP responder's, which has no names, and the server's own. */
    private static CertificateProfile own(X509 certificate, KeyKind kind) {
        CertificateProfile profile = certificate.identifiers().isEmpty()
                ? CertificateProfile.ocspResponder()
                : CertificateProfile.server(kind).withPolicies(certificate.policies());
        return certificate.hasNoRevocation() ? profile.withoutRevocation() : profile;
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

    /** @param profile of a key of its kind; null where the decision about it says that */
    private void issued(
            String subject,
            X509 certificate,
            KnownAuthority authority,
            @Nullable Function<KeyKind, CertificateProfile> profile) {
        try {
            Issuer issuer = authority.issuer();
            findings.require(
                    certificate.verifiedBy(issuer.key().publicKey()), subject, "its signature is not that of its CA");
            findings.require(
                    Arrays.equals(certificate.issuer(), authority.certificate().subject()),
                    subject,
                    "its issuer is not its CA");
            findings.require(!certificate.isCa(), subject, "it is a CA's");
            Lint.findings(certificate, issuer).stream()
                    .filter(finding -> !(authority.recertified() && OF_THEN.contains(finding.rule())))
                    .forEach(finding -> findings.add(subject, finding.toString()));
            // Of quality: else there is no such key.
            SubjectPublicKey key = certificate.key();
            remember(subject, key);
            if (profile != null) {
                Lint.differences(certificate, issuer, profile.apply(key.kind()))
                        .forEach(difference -> findings.add(subject, difference.toString()));
            }
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
