package dev.perennial.server.keys;

import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.policy.Usages;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that is asked for with a key of the server's.
 *
 * @param orgId the organisation it is for
 * @param keyId of a key that is there already; null: one is made
 * @param kind of the key that is made
 * @param name of the key that is made, for people
 * @param names its subject alternative names
 * @param usages what it is for
 */
public record KeyWanted(
        String orgId,
        @Nullable String keyId,
        KeyKind kind,
        String name,
        DistinguishedName subject,
        List<Identifier> names,
        Usages usages) {

    public KeyWanted {
        names = List.copyOf(names);
    }
}
