package dev.perennial.server.identity;

import dev.perennial.model.Role;
import dev.perennial.server.pkix.Digests;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
        return caller(proof, null);
    }

    /** The same, come in by its password as that is stored. */
    Caller byPassword(String stored) {
        return caller(
                Caller.Proof.PASSWORD,
                HexFormat.of().formatHex(Digests.sha256(stored.getBytes(StandardCharsets.UTF_8))));
    }

    private Caller caller(Caller.Proof proof, @Nullable String passwordSha256) {
        return new Caller(
                Caller.Kind.ACCOUNT,
                id,
                orgId,
                roles,
                Grants.parse(names),
                SignerGrants.parse(signers),
                proof,
                passwordSha256);
    }
}
