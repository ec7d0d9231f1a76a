package dev.perennial.server.identity;

import dev.perennial.model.Role;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A person or a program that comes in with a password, access tokens or client certificates of its own.
 *
 * @param name in its canonical form, unique in the organisation
 * @param names the patterns of names that it may ask for
 * @param signers its grants on single signers
 * @param hasPassword whether it can come in with one
 */
public record Account(
        String id,
        String orgId,
        String name,
        Set<Role> roles,
        List<String> names,
        List<String> signers,
        boolean enabled,
        boolean hasPassword,
        Instant created,
        Instant updated) {

    /** What it is as a caller, with all that it has. */
    Caller caller(Caller.Proof proof) {
        return new Caller(
                Caller.Kind.ACCOUNT, id, orgId, roles, Grants.parse(names), SignerGrants.parse(signers), proof);
    }
}
