package dev.perennial.server.policy;

import dev.perennial.server.pkix.Identifier;
import java.util.Locale;

/** What a certificate is for: which types of names it may carry, and later which usages. */
public enum Profile {
    /** TLS servers: DNS names and addresses. */
    SERVER,
    /** TLS clients: any type of name, or a user's name as common name. */
    CLIENT;

    /** The name in the API and in the configuration file. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Profile of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    boolean takes(Identifier.Type type) {
        return switch (this) {
            case SERVER ->
                switch (type) {
                    case DNS, IP -> true;
                    case EMAIL, URI -> false;
                };
            case CLIENT -> true;
        };
    }
}
