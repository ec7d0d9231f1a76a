package dev.perennial.server.policy;

import java.util.Locale;

/** Who says yes for a signer. */
public enum Approval {
    /** The caller's grants; what they do not cover is refused. */
    GRANTS,
    /** The caller's grants; what they do not cover waits for a person. */
    GRANTS_OR_PERSON,
    /** A person, each time. */
    PERSON;

    /** The name in the API and in the configuration file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Approval of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
