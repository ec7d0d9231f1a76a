package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authority.Role;
import dev.perennial.server.ca.Authority.State;
import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.CertificationRequest;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pointers;
import dev.perennial.server.pkix.SerialNumber;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.Validity;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.CertificateSigner;
import dev.perennial.server.vault.SigningKey;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the key and the certificate, or the PKCS#10, of a CA. An RSA key takes seconds: never on an event loop. */
final class AuthorityMaking {
    /** No end but its own: "no well-defined expiration date" of RFC 5280 §4.1.2.5. */
    static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

    private final SecureRandom random;
    private final Ids ids;
    private final @Nullable URI publicUrl;

    /** @param publicUrl where relying parties fetch issuers; null: certificates carry no pointer */
    AuthorityMaking(SecureRandom random, Ids ids, @Nullable URI publicUrl) {
        this.random = random;
        this.ids = ids;
        this.publicUrl = publicUrl;
    }

    /** What was made, and in nobody's hands before it is stored. */
    record Made(AuthorityEntry entry, SigningKey key) {}

    /** @param above the CA that signs it; null where it is a root, or signed elsewhere */
    Made make(AuthorityOrder order, @Nullable Authority above, Instant now) {
        SigningKey key = SigningKey.generate(order.key(), random);
        CertificateProfile profile =
                CertificateProfile.authority(order.pathLength()).withNameConstraints(order.constraints());
        String id = ids.next();
        Role role = order.root() ? Role.ROOT : Role.ISSUING;
        if (order.isSignedElsewhere()) {
            byte[] pkcs10 = CertificateSigner.request(
                    new CertificationRequest(order.subject(), List.of(), key.publicKey(), profile), key);
            return new Made(entry(id, order, role, null, null, key, pkcs10, now), key);
        }
        X509 certificate = above == null
                ? ofRoot(order.subject(), key, profile, order.validity(), now)
                : below(above, order.subject(), key.publicKey(), profile, order.validity(), now);
        return new Made(entry(id, order, role, above == null ? id : above.id(), certificate, key, null, now), key);
    }

    private static AuthorityEntry entry(
            String id,
            AuthorityOrder order,
            Role role,
            @Nullable String issuerId,
            @Nullable X509 certificate,
            SigningKey key,
            byte @Nullable [] pkcs10,
            Instant now) {
        return new AuthorityEntry(
                id,
                order.orgId(),
                order.name(),
                role,
                certificate == null ? State.PENDING : State.ENABLED,
                issuerId,
                order.subject().der(),
                certificate,
                List.of(),
                key.publicKey(),
                pkcs10,
                now,
                now);
    }

    /**
     * The certificate of one that waits for it, made by another CA of ours as its PKCS#10 asks.
     *
     * @param lasts at most so long, and no longer than the CA that signs it
     */
    X509 certificateOf(AuthorityEntry entry, Authority above, Duration lasts, Instant now) {
        byte[] pkcs10 = entry.pkcs10();
        if (pkcs10 == null) {
            throw ProblemException.of(ProblemType.CONFLICT, "the CA waits for no certificate: it has one");
        }
        DistinguishedName subject = DistinguishedName.parse(entry.subject());
        return below(above, subject, entry.key(), CertificationRequest.authorityOf(pkcs10), lasts, now);
    }

    /** One of those that every installation begins with. */
    Made first(
            String name,
            Role role,
            KeyKind kind,
            @Nullable Made above,
            Duration validity,
            int pathLength,
            Instant now) {
        SigningKey key = SigningKey.generate(kind, random);
        DistinguishedName subject = DistinguishedName.ofCommonName(name);
        CertificateProfile profile = CertificateProfile.authority(pathLength);
        String id = ids.next();
        X509 certificate = above == null
                ? ofRoot(subject, key, profile, validity, now)
                : sign(
                        Issuer.of(above.entry().issued()),
                        above.key(),
                        Pointers.NONE,
                        subject,
                        key.publicKey(),
                        profile,
                        validity,
                        now);
        AuthorityEntry entry = new AuthorityEntry(
                id,
                null,
                name,
                role,
                State.ENABLED,
                above == null ? id : above.entry().id(),
                subject.der(),
                certificate,
                List.of(),
                key.publicKey(),
                null,
                now,
                now);
        return new Made(entry, key);
    }

    private X509 ofRoot(
            DistinguishedName subject, SigningKey key, CertificateProfile profile, Duration lasts, Instant now) {
        Validity validity = Validity.of(now, lasts, Instant.EPOCH, NEVER);
        Issuer itself = Issuer.ofRoot(subject, key.publicKey(), validity);
        return sign(itself, key, Pointers.NONE, subject, key.publicKey(), profile, lasts, now);
    }

    private X509 below(
            Authority above,
            DistinguishedName subject,
            SubjectPublicKey key,
            CertificateProfile profile,
            Duration lasts,
            Instant now) {
        Pointers pointers = publicUrl == null
                ? Pointers.NONE
                : new Pointers(publicUrl.resolve("/ca/" + above.id() + ".crt"), null, null);
        return sign(above.issuer(), above.key(), pointers, subject, key, profile, lasts, now);
    }

    private X509 sign(
            Issuer issuer,
            SigningKey issuerKey,
            Pointers pointers,
            DistinguishedName subject,
            SubjectPublicKey key,
            CertificateProfile profile,
            Duration lasts,
            Instant now) {
        CertificatePlan plan = new CertificatePlan(
                SerialNumber.random(random),
                issuer,
                Validity.of(now, lasts, issuer.notBefore(), issuer.notAfter()),
                subject,
                List.of(),
                key,
                profile,
                pointers);
        return X509.parse(CertificateSigner.issue(plan, issuerKey));
    }
}
