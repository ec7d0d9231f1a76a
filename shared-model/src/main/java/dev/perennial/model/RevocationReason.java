package dev.perennial.model;

import java.util.Optional;

/** Why a certificate was revoked: the CRLReason of RFC 5280 §5.3.1, by its name there and its code. */
public enum RevocationReason {
    UNSPECIFIED("unspecified", 0),
    KEY_COMPROMISE("keyCompromise", 1),
    CA_COMPROMISE("cACompromise", 2),
    AFFILIATION_CHANGED("affiliationChanged", 3),
    SUPERSEDED("superseded", 4),
    CESSATION_OF_OPERATION("cessationOfOperation", 5),
    CERTIFICATE_HOLD("certificateHold", 6),
    PRIVILEGE_WITHDRAWN("privilegeWithdrawn", 9),
    AA_COMPROMISE("aACompromise", 10);

    private final String word;
    private final int code;

    RevocationReason(String word, int code) {
        this.word = word;
        this.code = code;
    }

    /** The name in RFC 5280, as the API spells it. */
    public String word() {
        return word;
    }

    /** The enumerated value in RFC 5280. */
    public int code() {
        return code;
    }

    /** The reason of that name; empty for any other text, {@code removeFromCRL} included: nobody revokes with it. */
    public static Optional<RevocationReason> of(String word) {
        for (RevocationReason reason : values()) {
            if (reason.word.equals(word)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
