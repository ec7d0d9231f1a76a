package dev.perennial.server.identity;

import dev.perennial.model.Role;
import java.util.Set;

/**
 * What may be done in an organisation, and which roles may do it: the one table that every door asks (docs/access.md).
 * What a caller may do with its own requests is no permission but follows from {@link #ASK}.
 */
public enum Permission {
    /** See everything of the organisation. */
    READ(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.READER),
    /** Ask for certificates, and look after the requests that are one's own. */
    ASK(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.REQUESTER, Role.AGENT),
    /** Stage certificates whose keys the server keeps, where nobody but those who look after security may. */
    STAGE(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR),
    /** Change the requests of others, and tell their keys to be rotated. */
    MANAGE_REQUESTS(Role.ADMINISTRATOR),
    /** Approve and deny, whatever the signer. */
    APPROVE(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR),
    /** Revoke the certificates of others. */
    REVOKE(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR),
    /** Make and change the signers of the organisation. */
    MANAGE_SIGNERS(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR),
    /** Make, import, enable and disable CAs. */
    MANAGE_AUTHORITIES(Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR),
    /** Make and change accounts, their tokens, enrolment tokens and agents. */
    MANAGE_CALLERS(Role.ADMINISTRATOR);

    /** Never changed: made of the constants above. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Set<Role> roles;

    Permission(Role... roles) {
        this.roles = Set.of(roles);
    }

    /**
     * Whether names pass on by it that are not those of who has it: the names of an account that is made, of one whose
     * password is set, of a request that is approved.
     */
    boolean passesNamesOn() {
        return this == MANAGE_CALLERS || this == APPROVE;
    }

    boolean isOf(Set<Role> held) {
        return held.stream().anyMatch(roles::contains);
    }

    /** The roles that have it, for the text of a refusal. */
    public String words() {
        return String.join(" or ", roles.stream().map(Role::word).sorted().toList());
    }
}
