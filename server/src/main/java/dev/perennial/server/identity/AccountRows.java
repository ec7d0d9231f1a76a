package dev.perennial.server.identity;

import dev.perennial.model.Role;
import dev.perennial.server.db.Timestamps;
import io.vertx.sqlclient.Row;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** How an account is read: the one list of its columns, and the one reading of them. */
final class AccountRows {
    static final String COLUMNS = """
            a.id, a.org_id, a.name, a.roles, a.names, a.signers, a.enabled, a.password IS NOT NULL AS has_password,
            a.created, a.updated
            """;

    private AccountRows() {}

    static Account read(Row row) {
        return new Account(
                row.getString("id"),
                row.getString("org_id"),
                row.getString("name"),
                roles(row.getArrayOfStrings("roles")),
                List.of(row.getArrayOfStrings("names")),
                List.of(row.getArrayOfStrings("signers")),
                row.getBoolean("enabled"),
                row.getBoolean("has_password"),
                Timestamps.in(row, "created"),
                Timestamps.in(row, "updated"));
    }

    static Set<Role> roles(String[] words) {
        Set<Role> roles = new LinkedHashSet<>();
        Arrays.stream(words)
                .forEach(word -> roles.add(
                        Role.of(word).orElseThrow(() -> new IllegalStateException("no role is called " + word))));
        return roles;
    }

    static String[] words(Set<Role> roles) {
        return roles.stream().map(Role::word).sorted().toArray(String[]::new);
    }
}
