package dev.perennial.server.qradar;

import dev.perennial.server.keys.KeyedRequests.Named;
import java.util.List;

/** What a listed request has to be: comparisons, joined by {@code and} and {@code or}. */
sealed interface Filter {
    boolean holds(Named request);

    /** One field against a number. */
    record OfNumber(Field field, Operator operator, long value) implements Filter {
        @Override
        public boolean holds(Named request) {
            return operator.holds(Long.compare(field.number(request), value));
        }
    }

    /** The description against a text: letter by letter, in the order of Unicode. */
    record OfText(Operator operator, String value) implements Filter {
        @Override
        public boolean holds(Named request) {
            return operator.holds(request.name().compareTo(value));
        }
    }

    /** All of them. */
    record And(List<Filter> parts) implements Filter {
        public And {
            parts = List.copyOf(parts);
        }

        @Override
        public boolean holds(Named request) {
            return parts.stream().allMatch(part -> part.holds(request));
        }
    }

    /** Any of them. */
    record Or(List<Filter> parts) implements Filter {
        public Or {
            parts = List.copyOf(parts);
        }

        @Override
        public boolean holds(Named request) {
            return parts.stream().anyMatch(part -> part.holds(request));
        }
    }

    /** @throws UniqueCodeException saying where it is none */
    static Filter parse(String text) {
        return new FilterParser(FilterText.of(text)).filter();
    }
}
