package dev.perennial.server.kubernetes;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Octets in an object: Base64 of RFC 4648 §4, in one line or in several, as tools wrap it. */
final class Base64Text {
    private Base64Text() {}

    /** Null where the text is none. */
    static byte @Nullable [] decode(String text) {
        try {
            return Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
