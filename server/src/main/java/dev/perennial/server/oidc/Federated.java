package dev.perennial.server.oidc;

import dev.perennial.model.Role;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.SignerGrants;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A caller whom an issuer knows, with what the configuration's rules give it.
 *
 * @param claims the texts of the claims that the rules look at, by their paths
 * @param expires when its token ends; {@link Instant#MAX} where it is told of without one ({@link Issuers#callers})
 */
public record Federated(
        String issuer,
        String subject,
        String orgId,
        Set<Role> roles,
        Grants grants,
        Map<String, List<String>> claims,
        Instant expires) {

    /** How it stands in the audit record and the limiter. An issuer has no {@code #}, so the first one ends it. */
    public String name() {
        return caller().name();
    }

    /** The same as every door knows callers. */
    public Caller caller() {
        return new Caller(
                Caller.Kind.FEDERATED,
                issuer + "#" + subject,
                orgId,
                roles,
                grants,
                SignerGrants.none(),
                Caller.Proof.TOKEN,
                null);
    }

    Federated with(Grants narrowed) {
        return new Federated(issuer, subject, orgId, roles, narrowed, claims, expires);
    }
}
