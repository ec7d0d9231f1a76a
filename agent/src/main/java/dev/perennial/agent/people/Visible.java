package dev.perennial.agent.people;

import java.net.IDN;
import java.util.Locale;

/**
 * Text from elsewhere as it may stand on a terminal: what would steer it, reorder it or hide in it is shown by its code
 * point.
 */
final class Visible {
    /** What is longer is no name that a person compares; the rest is said to be there. */
    private static final int LONGEST = 4096;

    /** On one character: more of them pile up over other lines. */
    private static final int MARKS = 1;

    private Visible() {}

    static String of(String text) {
        StringBuilder shown = new StringBuilder();
        int count = 0;
        int marks = MARKS;
        for (int place = 0; place < text.length(); count++) {
            if (count == LONGEST) {
                return shown + "… (" + text.length() + " characters in all)";
            }
            int point = text.codePointAt(place);
            place += Character.charCount(point);
            boolean mark = isMark(point);
            marks = mark ? marks + 1 : 0;
            // A backslash that would make what follows look like one of ours is shown as one of ours.
            boolean feigned = point == '\\' && text.startsWith("u", place);
            if (feigned || mark && marks > MARKS || isHidden(point)) {
                shown.append(String.format(point > 0xffff ? "\\u{%x}" : "\\u%04x", point));
                marks = MARKS;
            } else {
                shown.appendCodePoint(point);
            }
        }
        return shown.toString();
    }

    /** What stands on the character before it. */
    static boolean isMark(int point) {
        int type = Character.getType(point);
        return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
    }

    private static boolean isHidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            case Character.SPACE_SEPARATOR -> point != ' ';
            // Hangul and Khmer fillers and variation selectors are letters and marks that show nothing.
            default -> isBlank(point);
        };
    }

    private static boolean isBlank(int point) {
        return point == 0x115f
                || point == 0x1160
                || point == 0x3164
                || point == 0xffa0
                || point == 0x2800
                || point == 0x034f
                || point >= 0x17b4 && point <= 0x17b5
                || point >= 0x180b && point <= 0x180f
                || point >= 0xfe00 && point <= 0xfe0f
                || point >= 0xe0100 && point <= 0xe01ef;
    }

    /** A name in Punycode with what browsers may show for it beside it; any other as it is. */
    static String punycode(String name) {
        if (!name.toLowerCase(Locale.ROOT).contains("xn--")) {
            return name;
        }
        String plain = name.startsWith("dns:") ? name.substring("dns:".length()) : name;
        return name + " (may be shown as " + IDN.toUnicode(plain, IDN.ALLOW_UNASSIGNED) + ")";
    }
}
