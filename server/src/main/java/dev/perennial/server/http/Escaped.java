package dev.perennial.server.http;

/** Text of others made fit for one log line: control characters and line separators shown, not obeyed. */
final class Escaped {
    private static final int LONGEST = 2_048;

    private Escaped() {}

    static String of(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return all(cut);
    }

    /** The same without a limit: for stack traces. */
    static String all(String text) {
        if (isFit(text)) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length() + 16);
        text.chars().forEach(c -> {
            if (c == '\n') {
                plain.append("\\n");
            } else if (c == '\t') {
                plain.append("\\t");
            } else if (isUnfit(c)) {
                plain.append("\\u%04x".formatted(c));
            } else {
                plain.append((char) c);
            }
        });
        return plain.toString();
    }

    private static boolean isFit(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = c >= ' ' && c < 0x7f;
            if (!plain && isUnfit(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUnfit(int c) {
        return Character.isISOControl(c) || c == 0x2028 || c == 0x2029 || Character.getType(c) == Character.FORMAT;
    }
}
