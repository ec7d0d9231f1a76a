package dev.perennial.model;

import java.util.Locale;
import java.util.Optional;

/** What a caller is for. What each role may do stands in one table (docs/access.md); a caller may have several. */
public enum Role {
    /** Manages accounts, tokens, agents and requests of its organisation, and may do what every other role may. */
    ADMINISTRATOR,
    /** Approves, denies and revokes; manages CAs and signers. */
    SECURITY_ADMINISTRATOR,
    /** Asks for certificates with names it was granted, and looks after its own requests. */
    REQUESTER,
    /** Sees everything of its organisation, and changes nothing. */
    READER,
    /** An enrolled agent: its own requests and its own identity. Nobody is given this role, it comes with enrolling. */
    AGENT;

    /** Its name in the API and in the configuration: {@code security-administrator}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Role> of(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
