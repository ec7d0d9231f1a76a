package dev.perennial.server.pkix;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One rule of the lint.
 *
 * @param name by which findings and docs/lint.md name it
 * @param section where it stands, {@code RFC 5280 §4.1.2.2}
 * @param refuses what breaks it, as a message ends: "a key usage that is not critical"
 * @param holds whether what is linted keeps to it; a rule about what is not there holds
 */
record LintRule<T>(String name, String section, String refuses, Predicate<T> holds) {
    LintFinding finding() {
        return new LintFinding(name, section, refuses);
    }

    /** The same rule of what {@code part} finds in another thing. */
    <S> LintRule<S> on(Function<S, T> part) {
        return new LintRule<>(name, section, refuses, whole -> holds.test(part.apply(whole)));
    }
}
