package dev.perennial.server.oidc;

import dev.perennial.model.ProblemType;
import dev.perennial.server.identity.Workers;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** One issuer with its keys: judges the tokens that say they are its own. Thread-safe. */
final class IssuerDesk {
    private final Workers workers;
    private final TrustedIssuer issuer;
    private final IssuerKeys keys;
    private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);

    IssuerDesk(Workers workers, TrustedIssuer issuer, IssuerKeys keys) {
        this.workers = workers;
        this.issuer = issuer;
        this.keys = keys;
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    /** A token that was found good, with the keys that it was verified with. */
    record Verified(Federated caller, KeySet keys) {}

    TrustedIssuer issuer() {
        return issuer;
    }

    IssuerKeys keys() {
        return keys;
    }

    Map<Outcome, LongAdder> outcomes() {
        return outcomes;
    }

    void count(Outcome outcome) {
        LongAdder counter = outcomes.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    /** What costs nothing is looked at first; the signature decides. */
    Future<Verified> verify(Jwt jwt, Instant now) {
        String subject = RegisteredClaims.subject(jwt.claims());
        Instant expires = RegisteredClaims.judge(jwt.claims(), issuer, now);
        return keys.keys()
                .compose(known -> isNamed(jwt, known) ? Future.succeededFuture(known) : keys.newerThan(known))
                .compose(known -> verify(jwt, known).map(done -> known))
                .map(known -> new Verified(
                        issuer.admit(subject, issuer.lookedAt(jwt.claims()), expires)
                                .orElseThrow(() -> unknownHere(subject)),
                        known));
    }

    /** Only an unknown id is worth asking the issuer again for. */
    private static boolean isNamed(Jwt jwt, KeySet keys) {
        return jwt.keyId() == null || !keys.named(jwt.keyId()).isEmpty();
    }

    private Future<Void> verify(Jwt jwt, KeySet known) {
        List<VerificationKey> named = known.named(jwt.keyId());
        if (named.isEmpty()) {
            throw Jwt.refused(
                    jwt.keyId() == null
                            ? "it has no key id (kid), while its issuer has several keys"
                            : "its key id (kid) names no key of its issuer");
        }
        List<VerificationKey> fitting =
                named.stream().filter(key -> key.isFor(jwt.algorithm())).toList();
        if (fitting.isEmpty()) {
            throw Jwt.refused("its algorithm (alg) is not one that its key is for, or none that is configured");
        }
        // Some keys take over a millisecond where the fast provider does not load; the memory of tokens spares it.
        return workers.run(() ->
                        fitting.stream().anyMatch(key -> key.verifies(jwt.algorithm(), jwt.signed(), jwt.signature())))
                .map(good -> {
                    if (!good) {
                        throw Jwt.refused("its signature is not one of its issuer");
                    }
                    return null;
                });
    }

    private ProblemException unknownHere(String subject) {
        return ProblemException.of(
                        ProblemType.UNAUTHORIZED,
                        "the token is good, but no rule of the configuration matches its claims")
                .to("oidc:" + issuer.issuer() + "#" + subject, null);
    }
}
