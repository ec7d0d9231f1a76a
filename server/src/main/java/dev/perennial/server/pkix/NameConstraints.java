package dev.perennial.server.pkix;

import dev.perennial.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which names may stand in certificates below a CA (RFC 5280 §4.2.1.10). What is excluded wins; a kind of name of which
 * nothing is permitted explicitly is permitted altogether.
 */
public final class NameConstraints {
    private static final int PERMITTED = 0xa0;
    private static final int EXCLUDED = 0xa1;

    /** No constraint at all. */
    public static final NameConstraints NONE = new NameConstraints(List.of(), List.of());

    private final List<NameSubtree> permitted;
    private final List<NameSubtree> excluded;

    private NameConstraints(List<NameSubtree> permitted, List<NameSubtree> excluded) {
        this.permitted = List.copyOf(permitted);
        this.excluded = List.copyOf(excluded);
    }

    /**
     * Of texts like {@code dns:example.com}, {@code ip:10.0.0.0/8}, {@code email:.example.com}, {@code uri:example.com}.
     *
     * @throws ProblemException malformed, saying which is none
     */
    public static NameConstraints of(List<String> permitted, List<String> excluded) {
        return new NameConstraints(
                permitted.stream().map(NameSubtree::parse).distinct().toList(),
                excluded.stream().map(NameSubtree::parse).distinct().toList());
    }

    /** The extension's value; fails with {@link DerException} where it holds what cannot be enforced. */
    static NameConstraints read(DerReader reader) {
        DerReader constraints = reader.enterNonEmpty(DerReader.SEQUENCE);
        List<NameSubtree> permitted = readList(constraints, PERMITTED);
        List<NameSubtree> excluded = readList(constraints, EXCLUDED);
        constraints.end();
        return new NameConstraints(permitted, excluded);
    }

    private static List<NameSubtree> readList(DerReader constraints, int tag) {
        List<NameSubtree> subtrees = new ArrayList<>();
        if (constraints.nextIs(tag)) {
            DerReader list = constraints.enterNonEmpty(tag);
            while (list.hasMore()) {
                subtrees.add(NameSubtree.read(list));
            }
        }
        return subtrees;
    }

    byte[] der() {
        List<byte[]> lists = new ArrayList<>();
        if (!permitted.isEmpty()) {
            lists.add(DerWriter.element(
                    PERMITTED, permitted.stream().map(NameSubtree::der).toArray(byte[][]::new)));
        }
        if (!excluded.isEmpty()) {
            lists.add(DerWriter.element(
                    EXCLUDED, excluded.stream().map(NameSubtree::der).toArray(byte[][]::new)));
        }
        return DerWriter.sequence(lists);
    }

    public boolean isEmpty() {
        return permitted.isEmpty() && excluded.isEmpty();
    }

    /** What is permitted, as text. */
    public List<String> permitted() {
        return permitted.stream().map(NameSubtree::toString).toList();
    }

    /** What is excluded, as text. */
    public List<String> excluded() {
        return excluded.stream().map(NameSubtree::toString).toList();
    }

    /** Which of the names of a certificate may not stand below this CA, as text; empty where all may. */
    public List<String> violations(DistinguishedName subject, List<Identifier> identifiers) {
        List<String> violations = new ArrayList<>();
        for (Identifier name : identifiers) {
            addUnlessPermitted(name, violations);
        }
        if (!subject.isEmpty() && !permitsDirectory(subject)) {
            violations.add("the subject " + subject);
        }
        // Verifiers take an address in the subject for a name too, and a common name that looks like a host's for one
        // where there is no DNS name beside it.
        for (String address : subject.values("emailAddress")) {
            addUnlessPermitted(email(address), "emailAddress " + address, violations);
        }
        if (identifiers.stream().noneMatch(name -> name.type() == Identifier.Type.DNS)) {
            for (String commonName : subject.values("CN")) {
                Identifier host = host(commonName);
                if (host != null) {
                    addUnlessPermitted(host, violations);
                }
            }
        }
        return violations;
    }

    private void addUnlessPermitted(Identifier name, List<String> violations) {
        addUnlessPermitted(name, name.toString(), violations);
    }

    /** @param name null: one that cannot be read, and is permitted only where nothing is said of its kind */
    private void addUnlessPermitted(@Nullable Identifier name, String text, List<String> violations) {
        Identifier.Type type = name == null ? Identifier.Type.EMAIL : name.type();
        List<NameSubtree> inclusive =
                permitted.stream().filter(subtree -> subtree.isOf(type)).toList();
        List<NameSubtree> exclusive =
                excluded.stream().filter(subtree -> subtree.isOf(type)).toList();
        boolean permits = name == null
                ? inclusive.isEmpty() && exclusive.isEmpty()
                : exclusive.stream().noneMatch(subtree -> subtree.excludes(name))
                        && (inclusive.isEmpty() || inclusive.stream().anyMatch(subtree -> subtree.permits(name)));
        if (!permits) {
            violations.add(text);
        }
    }

    private boolean permitsDirectory(DistinguishedName subject) {
        List<NameSubtree> inclusive =
                permitted.stream().filter(NameSubtree::isOfDirectory).toList();
        return excluded.stream().filter(NameSubtree::isOfDirectory).noneMatch(subtree -> subtree.holds(subject))
                && (inclusive.isEmpty() || inclusive.stream().anyMatch(subtree -> subtree.holds(subject)));
    }

    private static @Nullable Identifier email(String text) {
        try {
            return Identifier.email(text);
        } catch (ProblemException e) {
            return null;
        }
    }

    private static @Nullable Identifier host(String text) {
        try {
            return text.indexOf('.') < 0 ? null : Identifier.dns(text);
        } catch (ProblemException e) {
            return null;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NameConstraints that
                && permitted.equals(that.permitted)
                && excluded.equals(that.excluded);
    }

    @Override
    public int hashCode() {
        return 31 * permitted.hashCode() + excluded.hashCode();
    }

    @Override
    public String toString() {
        return "permitted " + permitted + ", excluded " + excluded;
    }
}
