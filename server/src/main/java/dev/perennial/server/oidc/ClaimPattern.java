package dev.perennial.server.oidc;

/** What a claim has to say: just this text, or any text that begins so where it is written with a {@code *} at its end. */
public record ClaimPattern(String text, boolean isPrefix) {

    /** @throws IllegalArgumentException if it is empty or has its star elsewhere */
    public static ClaimPattern parse(String text) {
        int star = text.indexOf('*');
        if (text.isEmpty() || star >= 0 && star < text.length() - 1) {
            throw new IllegalArgumentException("must be a text, with a * at most at its end");
        }
        return star < 0 ? new ClaimPattern(text, false) : new ClaimPattern(text.substring(0, star), true);
    }

    boolean matches(String value) {
        return isPrefix ? value.startsWith(text) && value.length() > text.length() : value.equals(text);
    }
}
