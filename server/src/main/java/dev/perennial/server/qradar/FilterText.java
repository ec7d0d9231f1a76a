package dev.perennial.server.qradar;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A filter taken apart. Upstream has its clients encode a filter, or the values in it, once more than a URL needs, and not
 * all of them do: what has nothing but letters, digits and escapes is encoded still, and so is a value whose every percent
 * sign begins an escape.
 */
final class FilterText {
    /** In characters, when it has been decoded once. */
    static final int LONGEST = 4_096;

    // Possessive loops: others go as deep into the stack as the text is long.

    private static final Pattern ENCODED = Pattern.compile("(?:[A-Za-z0-9._~*-]|%[0-9A-Fa-f]{2})*+");
    private static final Pattern ENCODED_VALUE = Pattern.compile("(?:[^%]|%[0-9A-Fa-f]{2})*+");

    private static final Pattern PARTS = Pattern.compile("\\s+"
            + "|(?<sign>[(),]|!=|<=|>=|[=<>])"
            + "|\"(?<twice>(?:[^\"]|\"\")*+)\""
            + "|'(?<once>(?:[^']|'')*+)'"
            + "|(?<word>[^\\s()\",'=<>!]++)");

    private FilterText() {}

    /** What a part is. */
    enum Kind {
        SIGN,
        WORD,
        /** In quotation marks: never a field, and no word that joins. */
        QUOTED
    }

    record Part(Kind kind, String text) {
        boolean isSign(String sign) {
            return kind == Kind.SIGN && text.equals(sign);
        }

        boolean isWord(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }
    }

    /** @throws UniqueCodeException where it is too long, or has what is no part */
    static List<Part> of(String text) {
        if (text.length() > LONGEST) {
            throw UniqueCode.PARAMETER.because("filter must have at most " + LONGEST + " characters");
        }
        String filter = ENCODED.matcher(text).matches() ? decoded(text) : text;
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PARTS.matcher(filter);
        int at = 0;
        while (at < filter.length()) {
            if (!matcher.region(at, filter.length()).lookingAt()) {
                throw UniqueCode.PARAMETER.because(
                        "filter: what stands at character " + (at + 1) + " is not understood");
            }
            add(parts, matcher);
            at = matcher.end();
        }
        return parts;
    }

    private static void add(List<Part> parts, Matcher matcher) {
        if (matcher.group("sign") != null) {
            parts.add(new Part(Kind.SIGN, matcher.group("sign")));
        } else if (matcher.group("word") != null) {
            parts.add(new Part(Kind.WORD, value(matcher.group("word"))));
        } else if (matcher.group("twice") != null) {
            parts.add(new Part(Kind.QUOTED, value(matcher.group("twice").replace("\"\"", "\""))));
        } else if (matcher.group("once") != null) {
            parts.add(new Part(Kind.QUOTED, value(matcher.group("once").replace("''", "'"))));
        }
    }

    private static String value(String text) {
        return ENCODED_VALUE.matcher(text).matches() ? decoded(text) : text;
    }

    private static String decoded(String text) {
        return text.indexOf('%') < 0 ? text : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
