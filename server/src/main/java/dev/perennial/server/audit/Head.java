package dev.perennial.server.audit;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The newest seal that somebody has seen: whatever the chain becomes, this one has to be in it.
 *
 * @param code lower-case hex
 */
public record Head(long number, String code) {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,17}) ([0-9a-f]{64})");

    static Head of(Seal seal) {
        return new Head(seal.number(), HexFormat.of().formatHex(seal.code()));
    }

    /** @throws IllegalArgumentException where that is no {@link #text} */
    public static Head parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a head is a number and 64 hex digits");
        }
        return new Head(Long.parseLong(matcher.group(1)), matcher.group(2));
    }

    /** As it is kept. */
    public String text() {
        return number + " " + code;
    }
}
