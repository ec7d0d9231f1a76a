package dev.perennial.server.qradar;

import dev.perennial.server.qradar.FilterText.Kind;
import dev.perennial.server.qradar.FilterText.Part;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a filter: {@code and} binds closer than {@code or}, parentheses closer than both. By recursion, which goes only as
 * deep as parentheses may be nested.
 */
final class FilterParser {
    private static final int DEEPEST = 32;

    private final List<Part> parts;
    private int next;
    private int depth;

    FilterParser(List<Part> parts) {
        this.parts = parts;
    }

    /** The whole of it. */
    Filter filter() {
        Filter filter = any();
        if (next < parts.size()) {
            throw wrong("the end, and or or");
        }
        return filter;
    }

    private Filter any() {
        List<Filter> found = new ArrayList<>();
        do {
            found.add(all());
        } while (takeWord("or"));
        return found.size() == 1 ? found.get(0) : new Filter.Or(found);
    }

    private Filter all() {
        List<Filter> found = new ArrayList<>();
        do {
            found.add(one());
        } while (takeWord("and"));
        return found.size() == 1 ? found.get(0) : new Filter.And(found);
    }

    private Filter one() {
        if (!takeSign("(")) {
            return comparison();
        }
        if (++depth > DEEPEST) {
            throw UniqueCode.PARAMETER.because("filter: parentheses may be nested " + DEEPEST + " deep");
        }
        Filter inner = any();
        requireSign(")");
        depth--;
        return inner;
    }

    private Filter comparison() {
        Field field = field();
        if (takeWord("in")) {
            return in(field);
        }
        if (next >= parts.size() || parts.get(next).kind() != Kind.SIGN) {
            throw wrong("=, !=, <, >, <=, >= or in");
        }
        Operator operator = Operator.of(parts.get(next).text()).orElseThrow(() -> wrong("=, !=, <, >, <=, >= or in"));
        next++;
        return compared(field, operator, value());
    }

    private Filter in(Field field) {
        requireSign("(");
        List<Filter> found = new ArrayList<>();
        do {
            found.add(compared(field, Operator.EQUAL, value()));
        } while (takeSign(","));
        requireSign(")");
        return new Filter.Or(found);
    }

    private Field field() {
        if (next >= parts.size() || parts.get(next).kind() != Kind.WORD) {
            throw wrong("a field: " + Field.words());
        }
        Field field = Field.of(parts.get(next).text()).orElseThrow(() -> wrong("a field: " + Field.words()));
        next++;
        return field;
    }

    private String value() {
        if (next >= parts.size() || parts.get(next).kind() == Kind.SIGN) {
            throw wrong("a value");
        }
        return parts.get(next++).text();
    }

    private static Filter compared(Field field, Operator operator, String value) {
        if (!field.isNumber()) {
            return new Filter.OfText(operator, value);
        }
        try {
            return new Filter.OfNumber(field, operator, Long.parseLong(value));
        } catch (NumberFormatException e) {
            throw UniqueCode.PARAMETER.because("filter: " + field.word() + " is compared with a whole number");
        }
    }

    private boolean takeWord(String word) {
        return take(next < parts.size() && parts.get(next).isWord(word));
    }

    private boolean takeSign(String sign) {
        return take(next < parts.size() && parts.get(next).isSign(sign));
    }

    private boolean take(boolean isIt) {
        if (isIt) {
            next++;
        }
        return isIt;
    }

    private void requireSign(String sign) {
        if (!takeSign(sign)) {
            throw wrong(sign);
        }
    }

    private UniqueCodeException wrong(String expected) {
        return UniqueCode.PARAMETER.because("filter: part " + (next + 1) + " should be " + expected);
    }
}
