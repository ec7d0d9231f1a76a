package dev.perennial.server.oidc;

import dev.perennial.model.Role;
import dev.perennial.server.identity.Grants;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whom the configuration gives what: every claim in {@code when} has to match, one of a list's texts is enough.
 *
 * @param when never empty: a rule for everybody whom an issuer knows has to say so
 */
public record Rule(Map<ClaimPath, ClaimPattern> when, Set<Role> roles, Grants names) {

    /** @param claims the texts of the claims by their path */
    boolean matches(Map<String, List<String>> claims) {
        return when.entrySet().stream()
                .allMatch(wanted -> claims.getOrDefault(wanted.getKey().text(), List.of()).stream()
                        .anyMatch(wanted.getValue()::matches));
    }
}
