package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which objects a list or a watch is about: a label selector and a field selector, every term of both.
 *
 * @param name the only one; null: any
 * @param signer the only one; null: any
 * @param equal labels that it must have, with their values
 * @param present and labels that it must have, with whatever value
 * @param terms all of it, these too
 */
record Selector(
        @Nullable String name,
        @Nullable String signer,
        Map<String, String> equal,
        Set<String> present,
        List<Predicate<Face>> terms) {
    private static final String KEY = "([A-Za-z0-9][A-Za-z0-9./_-]{0,316})";
    private static final Pattern EQUALITY = Pattern.compile(KEY + "\\s*(==?|!=)\\s*([A-Za-z0-9._-]{0,63})");
    private static final Pattern AMONG = Pattern.compile(KEY + "\\s+(in|notin)\\s*\\(([A-Za-z0-9._,\\s-]{0,2000})\\)");
    private static final Pattern EXISTS = Pattern.compile("(!?)\\s*" + KEY);
    private static final Pattern FIELD = Pattern.compile("([^=!]+)(==?|!=)([^=!]*)");

    /** A comma that stands in no parentheses. */
    private static final Pattern COMMA = Pattern.compile(",(?![^(]*\\))");

    /** What of an object selectors look at. */
    record Face(String name, Ownership ownership, JsonNode labels) {
        @Nullable
        String label(String key) {
            JsonNode value = labels.get(key);
            return value == null ? null : value.asText();
        }
    }

    /** @throws ProblemException malformed for what is none, and for fields that this resource cannot be selected by */
    static Selector of(String labels, String fields) {
        List<Predicate<Face>> terms = new ArrayList<>();
        Map<String, String> equal = new HashMap<>();
        Set<String> present = new HashSet<>();
        if (!labels.isBlank()) {
            for (String term : COMMA.split(labels, -1)) {
                terms.add(ofLabels(term.strip(), equal, present));
            }
        }
        String name = null;
        String signer = null;
        for (String term : fields.isBlank() ? new String[0] : fields.split(",", -1)) {
            Matcher matcher = FIELD.matcher(term);
            if (!matcher.matches()) {
                throw wrong("invalid selector: " + term + "; a term is like metadata.name=value");
            }
            String value = matcher.group(3);
            boolean is = !matcher.group(2).equals("!=");
            switch (matcher.group(1)) {
                case "metadata.name" -> {
                    terms.add(face -> face.name().equals(value) == is);
                    name = is ? value : name;
                }
                case "spec.signerName" -> {
                    terms.add(face -> face.ownership().signer().equals(value) == is);
                    signer = is ? value : signer;
                }
                default -> throw wrong("field label not supported: " + matcher.group(1));
            }
        }
        return new Selector(name, signer, Map.copyOf(equal), Set.copyOf(present), List.copyOf(terms));
    }

    static Selector ofName(String name) {
        return new Selector(
                name, null, Map.of(), Set.of(), List.of(face -> face.name().equals(name)));
    }

    private static Predicate<Face> ofLabels(String term, Map<String, String> equals, Set<String> present) {
        Matcher equality = EQUALITY.matcher(term);
        if (equality.matches()) {
            boolean equal = !equality.group(2).equals("!=");
            if (equal) {
                equals.put(equality.group(1), equality.group(3));
            }
            return face -> Objects.equals(face.label(equality.group(1)), equality.group(3)) == equal;
        }
        Matcher among = AMONG.matcher(term);
        if (among.matches()) {
            Set<String> values = Set.copyOf(List.of(among.group(3).strip().split("\\s*,\\s*", -1)));
            boolean in = among.group(2).equals("in");
            if (in) {
                present.add(among.group(1));
            }
            return face -> {
                String value = face.label(among.group(1));
                return (value != null && values.contains(value)) == in;
            };
        }
        Matcher exists = EXISTS.matcher(term);
        if (exists.matches()) {
            boolean wanted = exists.group(1).isEmpty();
            if (wanted) {
                present.add(exists.group(2));
            }
            return face -> (face.label(exists.group(2)) != null) == wanted;
        }
        throw wrong("unable to parse requirement: " + term
                + "; a term is like key=value, key!=value, key in (a,b), key," + " or !key");
    }

    /** Whether it means only what has some label: of what has none, nothing needs to be looked at. */
    boolean needsLabels() {
        return !equal.isEmpty() || !present.isEmpty();
    }

    boolean matches(Face face) {
        return terms.stream().allMatch(term -> term.test(face));
    }

    private static ProblemException wrong(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
