package dev.perennial.server;

import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.csr.Certificates;
import dev.perennial.server.http.TlsMaterial;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.KeyPairs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's own certificate, from its own CA under the terms of {@code perennial.dev/server}: a new key and a new
 * certificate at every start and whenever the renewal time comes. The key is never written anywhere.
 */
final class OwnCertificate {
    private static final Logger log = LoggerFactory.getLogger(OwnCertificate.class);
    private static final Duration RETRY = Duration.ofSeconds(5);

    /** Vert.x takes no longer timer than this at once. */
    private static final Duration LONGEST_SLEEP = Duration.ofHours(12);

    private final Vertx vertx;
    private final Authorities authorities;
    private final Signers signers;
    private final Issuance issuance;
    private final Certificates certificates;
    private final List<Identifier> names;
    private final SecureRandom random;
    private final InstantSource clock;

    OwnCertificate(
            Vertx vertx,
            Authorities authorities,
            Signers signers,
            Issuance issuance,
            Certificates certificates,
            List<Identifier> names,
            SecureRandom random,
            InstantSource clock) {
        this.vertx = vertx;
        this.authorities = authorities;
        this.signers = signers;
        this.issuance = issuance;
        this.certificates = certificates;
        this.names = names;
        this.random = random;
        this.clock = clock;
    }

    /** Makes the first one; from then on {@code reload} gets every later one in time. */
    Future<TlsMaterial> start(Function<TlsMaterial, Future<Void>> reload) {
        return make().map(made -> {
            sleepUntilDue(made.issued, reload);
            return made.material;
        });
    }

    private record Made(Issued issued, TlsMaterial material) {}

    /** Stored before it is used: no certificate of ours is anywhere without its row. */
    private Future<Made> make() {
        Signer signer = Objects.requireNonNull(signers.find(Signers.SERVER));
        KeyPair pair = KeyPairs.generate(KeyKind.EC_P256, random);
        SubjectPublicKey key = SubjectPublicKey.parse(pair.getPublic().getEncoded());
        Issued issued = issuance.issueOwn(signer, names, key, clock.instant());
        String privateKey = Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded());
        return certificates.storeOwn(issued).map(done -> new Made(issued, new TlsMaterial(privateKey, chain(issued))));
    }

    /** The root goes with it: an agent that enrols knows only the root's fingerprint. */
    private String chain(Issued issued) {
        StringBuilder pem = new StringBuilder(Pem.encode(Pem.CERTIFICATE, issued.der()));
        List<X509> issuers =
                authorities.find(issued.issuerId()).map(authorities::chain).orElseThrow();
        issuers.forEach(issuer -> pem.append(issuer.pem()));
        return pem.toString();
    }

    private void sleepUntilDue(Issued issued, Function<TlsMaterial, Future<Void>> reload) {
        Duration left = Duration.between(clock.instant(), issued.renewalTime());
        if (left.isNegative() || left.isZero()) {
            renew(reload);
            return;
        }
        Duration sleep = left.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : left;
        vertx.setTimer(Math.max(1, sleep.toMillis()), fired -> sleepUntilDue(issued, reload));
    }

    private void renew(Function<TlsMaterial, Future<Void>> reload) {
        // What fails before there is a future must not end the renewals either.
        Future.succeededFuture()
                .compose(due -> make())
                .compose(made -> reload.apply(made.material).map(done -> made))
                .onSuccess(made -> {
                    log.info("The server's own certificate was renewed, serial {}", made.issued.serial());
                    sleepUntilDue(made.issued, reload);
                })
                .onFailure(failure -> {
                    log.warn("The server's own certificate could not be renewed: {}", failure.toString());
                    vertx.setTimer(RETRY.toMillis(), fired -> renew(reload));
                });
    }
}
