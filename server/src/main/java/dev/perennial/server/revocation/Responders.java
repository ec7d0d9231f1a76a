package dev.perennial.server.revocation;

import dev.perennial.server.ca.Authority;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.csr.Certificates;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.vault.SigningKey;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The delegated OCSP responders of this server, one for each CA (RFC 6960 §4.2.2.2). Their keys are made at every start
 * and at every renewal and never written anywhere: what answers all day is not what the CA is trusted for.
 */
final class Responders {
    /** Relying parties do not ask whether a responder was revoked (id-pkix-ocsp-nocheck), so it ends soon by itself. */
    static final Duration VALIDITY = Duration.ofDays(7);

    private final Issuance issuance;
    private final Certificates certificates;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Map<String, Responder> byIssuer = new ConcurrentHashMap<>();

    Responders(Issuance issuance, Certificates certificates, SecureRandom random, InstantSource clock) {
        this.issuance = issuance;
        this.certificates = certificates;
        this.random = random;
        this.clock = clock;
    }

    /** Makes those that are missing or due. */
    Future<Void> renew(List<Authority> authorities) {
        Instant now = clock.instant();
        return Future.join(authorities.stream()
                        .filter(authority -> {
                            Responder responder = byIssuer.get(authority.id());
                            return responder == null || responder.isDue(now) || !responder.isValid(now);
                        })
                        // A CA that is over fails before there is a future, and must not keep the others from theirs.
                        .map(authority -> Future.succeededFuture().compose(due -> make(authority, now)))
                        .toList())
                .mapEmpty();
    }

    Optional<Responder> of(String issuerId) {
        return Optional.ofNullable(byIssuer.get(issuerId)).filter(responder -> responder.isValid(clock.instant()));
    }

    /** Stored before it is used: no certificate of ours is anywhere without its row. */
    private Future<Void> make(Authority authority, Instant now) {
        SigningKey key = SigningKey.generate(KeyKind.EC_P256, random);
        Issued issued = issuance.issueResponder(authority, key.publicKey(), VALIDITY, now);
        return certificates.storeOwn(issued).onSuccess(done -> {
            byIssuer.put(authority.id(), new Responder(authority.id(), key, issued));
        });
    }
}
