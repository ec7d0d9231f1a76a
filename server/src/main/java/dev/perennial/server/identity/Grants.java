package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names that a caller may ask for, as patterns. Immutable.
 *
 * @param bounds where a token narrows what its account may ask for: the account's own grants, which hold as well
 */
public record Grants(List<NamePattern> patterns, @Nullable Grants bounds) {
    private static final int MOST = 200;
    private static final int LONGEST = 1_024;
    private static final Grants EVERYTHING = new Grants(List.of(new NamePattern.Everything()), null);

    public static Grants everything() {
        return EVERYTHING;
    }

    /** @throws ProblemException malformed, naming the pattern that is none */
    public static Grants parse(List<String> texts) {
        return new Grants(texts.stream().map(NamePattern::parse).toList(), null);
    }

    /**
     * As {@link #parse}, of a list that a call brings.
     *
     * @throws ProblemException malformed too where it is longer than {@value #MOST} patterns, or one than {@value #LONGEST}
     */
    public static Grants asked(List<String> texts) {
        if (texts.size() > MOST || texts.stream().anyMatch(text -> text.length() > LONGEST)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "spec.names: at most " + MOST + " patterns of at most " + LONGEST + " characters each");
        }
        return parse(texts);
    }

    /** Those of these that the others have not, letter by letter. */
    public Grants without(Grants others) {
        return new Grants(
                patterns.stream()
                        .filter(pattern -> !others.patterns.contains(pattern))
                        .toList(),
                bounds);
    }

    /** What these and those have in common. */
    public Grants narrowedTo(Grants narrower) {
        return new Grants(narrower.patterns, this);
    }

    public boolean covers(Identifier name) {
        return covering(name).isPresent() && (bounds == null || bounds.covers(name));
    }

    /** The pattern that lets that name pass here, whatever the bounds say. */
    public Optional<NamePattern> covering(Identifier name) {
        return patterns.stream().filter(pattern -> pattern.covers(name)).findFirst();
    }

    /** Whether a pattern was given for just this name: what the server's own names need. */
    public boolean coversExactly(Identifier name) {
        return patterns.stream().anyMatch(pattern -> pattern.isExactly(name))
                && (bounds == null || bounds.coversExactly(name));
    }

    /** Whether {@code user:NAME} is granted, for the common name of a client certificate. */
    public boolean coversUser(String name) {
        return patterns.contains(new NamePattern.User(name)) && (bounds == null || bounds.coversUser(name));
    }

    /** Whether {@code user:NAME} may be granted within these: {@code **} grants no user, but reaches every one. */
    public boolean reachesUser(String name) {
        return patterns.stream().anyMatch(new NamePattern.User(name)::isWithin);
    }

    /** Whether {@code group:NAME} is granted, for an organisation in the subject of a client certificate. */
    public boolean coversGroup(String name) {
        return patterns.contains(new NamePattern.Group(name)) && (bounds == null || bounds.coversGroup(name));
    }

    /** As {@link #reachesUser}, of {@code group:NAME}. */
    public boolean reachesGroup(String name) {
        return patterns.stream().anyMatch(new NamePattern.Group(name)::isWithin);
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
