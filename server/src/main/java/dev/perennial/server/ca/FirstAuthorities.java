package dev.perennial.server.ca;

import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pointers;
import dev.perennial.server.pkix.SerialNumber;
import dev.perennial.server.pkix.Validity;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.CertificateSigner;
import dev.perennial.server.vault.SealKey;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the CAs of a new installation: a P-384 root with a P-256 issuing CA below it, and a line of the same shape for
 * the identities of agents, which shares nothing with the first.
 */
public final class FirstAuthorities {
    private static final Duration ROOT_VALIDITY = Duration.ofDays(20 * 365L);
    private static final Duration ISSUING_VALIDITY = Duration.ofDays(10 * 365L);

    /** No end but its own: "no well-defined expiration date" of RFC 5280 §4.1.2.5. */
    private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");

    private final SecureRandom random;
    private final Ids ids;
    private final AuthorityStore store;
    private final SignerStore signers = new SignerStore();

    public FirstAuthorities(SecureRandom random, Ids ids, SealKey sealKey) {
        this.random = random;
        this.ids = ids;
        this.store = new AuthorityStore(sealKey);
    }

    /** Makes and stores them with the first signers, in the transaction of the schema; returns the public root. */
    public Future<X509> make(SqlConnection tx, Instant now) {
        List<Future<Void>> stored = new ArrayList<>();
        Authority root = root("Perennial Root CA", Authority.Role.ROOT, now);
        Authority issuing = below(root, "Perennial Issuing CA", Authority.Role.ISSUING, now);
        Authority identityRoot = root("Perennial Identity Root CA", Authority.Role.IDENTITY_ROOT, now);
        Authority identity = below(identityRoot, "Perennial Identity CA", Authority.Role.IDENTITY, now);
        for (Authority made : List.of(root, issuing, identityRoot, identity)) {
            stored.add(store.insert(tx, made, now));
        }
        for (Signer signer : Signers.first(ids, issuing.id(), now)) {
            stored.add(signers.insert(tx, signer));
        }
        return Future.all(stored).map(root.certificate());
    }

    private Authority root(String name, Authority.Role role, Instant now) {
        SigningKey key = SigningKey.generate(KeyKind.EC_P384, random);
        DistinguishedName subject = DistinguishedName.ofCommonName(name);
        Validity validity = Validity.of(now, ROOT_VALIDITY, Instant.EPOCH, NEVER);
        Issuer itself = Issuer.ofRoot(subject, key.publicKey(), validity);
        String id = ids.next();
        return new Authority(id, role, id, sign(itself, key, subject, key, validity, 1), key);
    }

    private Authority below(Authority issuer, String name, Authority.Role role, Instant now) {
        SigningKey key = SigningKey.generate(KeyKind.EC_P256, random);
        DistinguishedName subject = DistinguishedName.ofCommonName(name);
        X509 above = issuer.certificate();
        Validity validity = Validity.of(now, ISSUING_VALIDITY, above.notBefore(), above.notAfter());
        X509 certificate = sign(issuer.issuer(), issuer.key(), subject, key, validity, 0);
        return new Authority(ids.next(), role, issuer.id(), certificate, key);
    }

    private X509 sign(
            Issuer issuer,
            SigningKey issuerKey,
            DistinguishedName subject,
            SigningKey key,
            Validity validity,
            int pathLength) {
        CertificatePlan plan = new CertificatePlan(
                SerialNumber.random(random),
                issuer,
                validity,
                subject,
                List.of(),
                key.publicKey(),
                CertificateProfile.authority(pathLength),
                Pointers.NONE);
        return X509.parse(CertificateSigner.issue(plan, issuerKey));
    }
}
