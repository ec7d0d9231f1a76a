package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Sources;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.MacKey;
import dev.perennial.server.vault.Nonces;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The entry to revoking by proof of possession (the idea of RFC 8555 §7.6): whoever signs a nonce of ours, the
 * certificate's SHA-256 and the reason with the certificate's key may revoke it, and needs no other credential. Who
 * proves nothing learns nothing, not even whether there is such a certificate.
 */
public final class ProvenRevocations {
    private static final String TEXT = "perennial-revocation-1";
    private static final String USE = "revocation";

    private static final int TRIES = 60;
    private static final Duration PER = Duration.ofHours(1);

    private final Database database;
    private final ProofStore store;
    private final CertificateStore certificates;
    private final Enacting enacting;
    private final Nonces nonces;
    private final InstantSource clock;

    ProvenRevocations(
            Database database,
            CertificateStore certificates,
            Enacting enacting,
            MacKey nonceKey,
            SecureRandom random,
            InstantSource clock) {
        this.database = database;
        this.store = new ProofStore(database);
        this.certificates = certificates;
        this.enacting = enacting;
        this.nonces = new Nonces(nonceKey, random);
        this.clock = clock;
    }

    /**
     * Asked by whoever says to have the key, and where and in which HTTP request.
     *
     * @param certificate in PEM
     * @param signature in Base64
     */
    public record Asked(
            String certificate,
            String nonce,
            RevocationReason reason,
            String signature,
            String source,
            String httpRequest) {}

    /** What the certificate's key has to sign; given to anybody who asks. */
    public Nonces.Nonce nonce() {
        return nonces.next(USE, clock.instant());
    }

    /**
     * Revokes it, and where the key is compromised whatever has that key, in every organisation. A try counts for its
     * source before it is looked at; one that succeeds is given back.
     */
    public Future<Certificate> revoke(Asked asked) {
        String limit = "revocation " + Sources.site(asked.source());
        return store.take(limit, TRIES, PER).compose(delay -> {
            if (delay.isPresent()) {
                throw tooMany(delay.get());
            }
            X509 certificate = X509.parsePem(asked.certificate());
            SubjectPublicKey key = certificate.key();
            boolean proven = isProven(asked, certificate, key);
            return find(certificate)
                    .map(found -> found.filter(one -> proven).orElseThrow(ProvenRevocations::strange))
                    .compose(found -> revoke(found, asked, key))
                    .compose(revoked -> store.giveBack(limit, TRIES, PER).map(revoked));
        });
    }

    /** The signature is looked at before it is known whether there is such a certificate. */
    private boolean isProven(Asked asked, X509 certificate, SubjectPublicKey key) {
        String text = String.join(
                        "\n",
                        TEXT,
                        asked.nonce(),
                        HexFormat.of().formatHex(certificate.sha256()),
                        asked.reason().word())
                + "\n";
        return key.verifies(text.getBytes(StandardCharsets.UTF_8), octets(asked.signature()))
                && nonces.end(asked.nonce(), USE, clock.instant()).isPresent();
    }

    private static byte[] octets(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.signature must be Base64 (RFC 4648 §4)");
        }
    }

    private Future<Optional<Certificate>> find(X509 certificate) {
        return database.inTransaction(tx -> certificates.bySha256(tx, certificate.sha256()));
    }

    private Future<Certificate> revoke(Certificate certificate, Asked asked, SubjectPublicKey key) {
        Cause cause = new Cause("key:" + HexFormat.of().formatHex(key.sha256()), asked.source(), asked.httpRequest());
        boolean compromised = asked.reason() == RevocationReason.KEY_COMPROMISE;
        return enacting.revoke(null, certificate.id(), asked.reason(), compromised, cause)
                .compose(done -> certificates.find(certificate.id()))
                .map(found -> found.orElseThrow(ProvenRevocations::strange));
    }

    /** One answer for all who have proven nothing. They are counted at the door, as all whom nobody knows. */
    private static ProblemException strange() {
        return ProblemException.of(
                ProblemType.UNAUTHENTICATED,
                "no certificate of ours was named whose key has signed this reason and a nonce that is good; ask for a"
                        + " new nonce, or have an administrator revoke it");
    }

    private static ProblemException tooMany(Duration delay) {
        Duration truthful = delay.toSeconds() < 1 ? Duration.ofSeconds(1) : delay;
        return ProblemException.of(
                        ProblemType.RATE_LIMITED,
                        "too many proofs were tried from here; the next may be in " + truthful)
                .after(truthful);
    }
}
