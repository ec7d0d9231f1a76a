package dev.perennial.server.testing;

import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pointers;
import dev.perennial.server.pkix.SerialNumber;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.Validity;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.CertificateSigner;
import dev.perennial.server.vault.SigningKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A root CA of its own, valid for ten years from {@link #NOW}'s day on. */
public final class TestCa {
    /** The time at which it issues. */
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SigningKey key;
    private final X509 certificate;

    private TestCa(SigningKey key, X509 certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    public static TestCa root(KeyKind kind) {
        SigningKey key = SigningKey.generate(kind, RANDOM);
        DistinguishedName name = DistinguishedName.ofCommonName("Test Root " + kind.word());
        Instant notBefore = NOW.minus(Duration.ofDays(1));
        Validity validity = new Validity(notBefore, notBefore.plus(Duration.ofDays(3652)), false);
        CertificatePlan plan = new CertificatePlan(
                SerialNumber.random(RANDOM),
                Issuer.ofRoot(name, key.publicKey(), validity),
                validity,
                name,
                List.of(),
                key.publicKey(),
                CertificateProfile.authority(null),
                Pointers.NONE);
        return new TestCa(key, X509.parse(CertificateSigner.issue(plan, key)));
    }

    public X509 certificate() {
        return certificate;
    }

    public SigningKey key() {
        return key;
    }

    public Issuer issuer() {
        return Issuer.of(certificate);
    }

    /** A plan for a server's certificate of 90 days, subject empty; names are DNS names, or {@code ip:192.0.2.1}. */
    public CertificatePlan plan(SubjectPublicKey subjectKey, String... names) {
        return plan(NOW, subjectKey, names);
    }

    /** The same, made at another time. */
    public CertificatePlan plan(Instant now, SubjectPublicKey subjectKey, String... names) {
        Issuer issuer = issuer();
        return new CertificatePlan(
                SerialNumber.random(RANDOM),
                issuer,
                Validity.of(now, Duration.ofDays(90), issuer.notBefore(), issuer.notAfter()),
                DistinguishedName.empty(),
                List.of(names).stream()
                        .map(name -> name.startsWith("ip:") ? Identifier.parse(name) : Identifier.dns(name))
                        .toList(),
                subjectKey,
                CertificateProfile.server(subjectKey.kind()),
                Pointers.NONE);
    }

    public X509 issue(CertificatePlan plan) {
        return X509.parse(CertificateSigner.issue(plan, key));
    }
}
