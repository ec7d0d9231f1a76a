package dev.perennial.server.kubernetes;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The syntaxes that names have: each rule gives what is wrong with a text, and nothing where it is one. */
final class NameRules {
    static final int LONGEST_LABEL = 63;
    static final int LONGEST_SUBDOMAIN = 253;

    // Possessive: what does not match is known after one pass.
    private static final Pattern LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]*+(?<!-))?+");
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9_.-]*+(?<![_.-]))?+");

    private static final String WORD_RULE =
            "must consist of alphanumeric characters, '-', '_' or '.', and start and end with an alphanumeric character";

    private NameRules() {}

    /** A label of a DNS name (RFC 1123 §2.1), in lower case. */
    static List<String> label(String text) {
        List<String> wrong = new ArrayList<>();
        if (text.length() > LONGEST_LABEL) {
            wrong.add("must be no more than " + LONGEST_LABEL + " bytes");
        }
        if (!LABEL.matcher(text).matches()) {
            wrong.add("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and start"
                    + " and end with an alphanumeric character");
        }
        return wrong;
    }

    /** Such labels with dots between; a single one of them may be longer than in a DNS name, as upstream has it. */
    static List<String> subdomain(String text) {
        List<String> wrong = new ArrayList<>();
        if (text.length() > LONGEST_SUBDOMAIN) {
            wrong.add("must be no more than " + LONGEST_SUBDOMAIN + " bytes");
        }
        for (String label : text.split("\\.", -1)) {
            if (!LABEL.matcher(label).matches()) {
                wrong.add("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
                        + " '.', and start and end with an alphanumeric character");
                break;
            }
        }
        return wrong;
    }

    /** The key of a label or an annotation, or a finalizer: a word, with a subdomain and a slash before it or not. */
    static List<String> qualified(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length > 2) {
            return List.of("a qualified name " + WORD_RULE
                    + ", with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        }
        List<String> wrong = new ArrayList<>();
        if (parts.length == 2) {
            if (parts[0].isEmpty()) {
                wrong.add("prefix part must be non-empty");
            } else {
                subdomain(parts[0]).forEach(detail -> wrong.add("prefix part " + detail));
            }
        }
        String name = parts[parts.length - 1];
        if (name.isEmpty()) {
            wrong.add("name part must be non-empty");
            return wrong;
        }
        if (length(name) > LONGEST_LABEL) {
            wrong.add("name part must be no more than " + LONGEST_LABEL + " bytes");
        }
        if (!WORD.matcher(name).matches()) {
            wrong.add("name part " + WORD_RULE);
        }
        return wrong;
    }

    /** A label's value: a word, or empty. */
    static List<String> labelValue(String text) {
        List<String> wrong = new ArrayList<>();
        if (length(text) > LONGEST_LABEL) {
            wrong.add("must be no more than " + LONGEST_LABEL + " bytes");
        }
        if (!text.isEmpty() && !WORD.matcher(text).matches()) {
            wrong.add("a valid label must be an empty string or " + WORD_RULE.replaceFirst("must ", ""));
        }
        return wrong;
    }

    /** What can stand in a path between two slashes as it is. */
    static List<String> pathSegment(String text) {
        if (text.equals(".") || text.equals("..")) {
            return List.of("may not be '" + text + "'");
        }
        List<String> wrong = new ArrayList<>();
        for (String sign : List.of("/", "%")) {
            if (text.contains(sign)) {
                wrong.add("may not contain '" + sign + "'");
            }
        }
        return wrong;
    }

    /** As upstream counts: in octets of UTF-8. */
    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
