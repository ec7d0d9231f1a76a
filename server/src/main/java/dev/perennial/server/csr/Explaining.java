package dev.perennial.server.csr;

import dev.perennial.server.ca.Signer;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.NamePattern;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code ?dry_run=true}: policy is asked as for a submission, and tells all that it looked at. */
final class Explaining {
    private final Deciding deciding;
    private final LimitStore limits;

    Explaining(Deciding deciding, LimitStore limits) {
        this.deciding = deciding;
        this.limits = limits;
    }

    Future<Explanation> explain(Submission submission, Pkcs10 pkcs10, Signer signer, Grants organisation) {
        Caller caller = submission.caller();
        Decision decision = deciding.decide(pkcs10, caller, signer, organisation, false);
        List<Identifier> names = deciding.names(pkcs10, caller, signer, organisation);
        return limits.left(caller.name(), LimitStore.namesSha256(names, pkcs10.commonName()))
                .map(left -> new Explanation(
                        decision,
                        signer.name(),
                        names.stream()
                                .map(name -> new Explanation.Named(
                                        name,
                                        caller.grants().covers(name) ? covering(caller.grants(), name) : null,
                                        covering(organisation, name)))
                                .toList(),
                        limits.limit(),
                        left.granted(),
                        left.retryAfter()));
    }

    private static @Nullable String covering(Grants grants, Identifier name) {
        return grants.covering(name).map(NamePattern::toString).orElse(null);
    }
}
