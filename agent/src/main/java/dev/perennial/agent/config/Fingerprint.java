package dev.perennial.agent.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The pin of a root, as a person copies it from elsewhere: {@code sha256:HEX}, with colons or without. */
public final class Fingerprint {
    private static final Pattern PIN = Pattern.compile("sha256:([0-9a-f]{64})");

    private Fingerprint() {}

    /** Its lower-case hex alone. */
    public static String parse(String text) throws ConfigException {
        String plain = text.replace(":", "").toLowerCase(Locale.ROOT).replaceFirst("^sha256", "sha256:");
        Matcher matcher = PIN.matcher(plain);
        if (!matcher.matches()) {
            throw new ConfigException("--ca-fingerprint must be sha256: and 64 hexadecimal digits");
        }
        return matcher.group(1);
    }
}
