package dev.perennial.agent.server;

import dev.perennial.agent.config.ConfigException;
import java.util.regex.Pattern;

/** Tokens as a header may carry them (RFC 6750 §2.1); one that is none is refused before any code would quote it. */
public final class Bearer {
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");

    private Bearer() {}

    /** That token, if it can be one. */
    public static String checked(String token) throws ConfigException {
        if (!PRINTABLE.matcher(token).matches()) {
            throw new ConfigException(
                    "the token cannot be one: it has a space, a byte order mark or something else that is"
                            + " no printable ASCII; is it the right file, and whole?");
        }
        return token;
    }
}
