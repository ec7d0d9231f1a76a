package dev.perennial.server.identity;

import dev.perennial.server.pkix.Identifier;
import java.util.List;

/** The names that a caller may ask for, as patterns. Immutable. */
public record Grants(List<NamePattern> patterns) {
    private static final Grants EVERYTHING = new Grants(List.of(new NamePattern.Everything()));

    public static Grants everything() {
        return EVERYTHING;
    }

    /** @throws dev.perennial.server.problem.ProblemException malformed, naming the pattern that is none */
    public static Grants parse(List<String> texts) {
        return new Grants(texts.stream().map(NamePattern::parse).toList());
    }

    public boolean covers(Identifier name) {
        return patterns.stream().anyMatch(pattern -> pattern.covers(name));
    }

    /** Whether a pattern was given for just this name: what the server's own names need. */
    public boolean coversExactly(Identifier name) {
        return patterns.stream().anyMatch(pattern -> pattern.isExactly(name));
    }

    /** Whether {@code user:NAME} is granted, for the common name of a client certificate. */
    public boolean coversUser(String name) {
        return patterns.stream()
                .anyMatch(pattern ->
                        pattern instanceof NamePattern.User user && user.name().equals(name));
    }

    /** The patterns of these grants that reach beyond {@code outer}; empty if none does. */
    public List<NamePattern> beyond(Grants outer) {
        return patterns.stream()
                .filter(inner -> outer.patterns.stream().noneMatch(inner::isWithin))
                .toList();
    }

    public List<String> texts() {
        return patterns.stream().map(NamePattern::toString).toList();
    }
}
