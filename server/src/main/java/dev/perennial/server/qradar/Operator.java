package dev.perennial.server.qradar;

import java.util.Arrays;
import java.util.Optional;

/** How a filter compares. */
enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    GREATER(">"),
    AT_MOST("<="),
    AT_LEAST(">=");

    private final String sign;

    Operator(String sign) {
        this.sign = sign;
    }

    /** @param compared the field with the value, as a comparator says it */
    boolean holds(int compared) {
        return switch (this) {
            case EQUAL -> compared == 0;
            case NOT_EQUAL -> compared != 0;
            case LESS -> compared < 0;
            case GREATER -> compared > 0;
            case AT_MOST -> compared <= 0;
            case AT_LEAST -> compared >= 0;
        };
    }

    static Optional<Operator> of(String sign) {
        return Arrays.stream(values())
                .filter(operator -> operator.sign.equals(sign))
                .findFirst();
    }
}
