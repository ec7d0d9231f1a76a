package dev.perennial.server.identity;

import dev.perennial.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token of an account; its secret is known only by its hash.
 *
 * @param accountName the account's name
 * @param roles of the account's only these; null: all of them
 * @param names within the account's; null: all of them
 */
public record AccessToken(
        String id,
        String orgId,
        String accountId,
        String accountName,
        @Nullable Set<Role> roles,
        @Nullable List<String> names,
        Instant expires,
        Instant created) {}
