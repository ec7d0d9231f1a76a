package dev.perennial.server.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why, in words that are no longer than somebody reads: what came from outside may be of any length. */
public final class Reason {
    static final int LONGEST = 2_000;

    /** Names that are written out; beyond, their number says enough. */
    static final int MOST_NAMES = 20;

    private Reason() {}

    /** A text and the names that it is about: their number where there are many, then the first ones. */
    public static String about(String text, List<String> names) {
        if (names.isEmpty()) {
            return text;
        }
        return names.size() <= MOST_NAMES
                ? text + " " + names
                : text + " " + names.size() + " names, the first " + names.subList(0, MOST_NAMES);
    }

    /** As it is stored: PostgreSQL keeps every character but one, and the record keeps none without end. */
    public static @Nullable String stored(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String kept = text;
        if (text.length() > LONGEST) {
            int end = Character.isHighSurrogate(text.charAt(LONGEST - 2)) ? LONGEST - 2 : LONGEST - 1;
            kept = text.substring(0, end) + "…";
        }
        return kept.replace('\0', '\ufffd');
    }
}
