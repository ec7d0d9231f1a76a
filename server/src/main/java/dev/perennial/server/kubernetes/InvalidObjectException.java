package dev.perennial.server.kubernetes;

import java.util.List;
import java.util.stream.Collectors;

/** An object that cannot be, with all that is wrong with it: upstream's reason {@code Invalid}, HTTP status 422. */
final class InvalidObjectException extends RuntimeException {
    /** So many are said; whoever mends those learns of the others. */
    private static final int MOST_CAUSES = 100;

    private final String name;
    private final List<FieldProblem> causes;

    /** @param name the object's; empty where it has none yet */
    InvalidObjectException(String name, List<FieldProblem> causes) {
        // An answer, not a crash: no stack trace is filled in.
        super(message(name, first(causes)), null, false, false);
        this.name = name;
        this.causes = first(causes);
    }

    private static List<FieldProblem> first(List<FieldProblem> causes) {
        return causes.stream().limit(MOST_CAUSES).toList();
    }

    private static String message(String name, List<FieldProblem> causes) {
        String all = causes.stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .collect(Collectors.joining(", "));
        String which = Group.KIND + "." + Group.NAME + " \"" + name + "\" is invalid: ";
        return which + (causes.size() == 1 ? all : "[" + all + "]");
    }

    String name() {
        return name;
    }

    List<FieldProblem> causes() {
        return causes;
    }

    /** Does nothing where nothing is wrong. */
    static void throwIfAny(String name, List<FieldProblem> causes) {
        if (!causes.isEmpty()) {
            throw new InvalidObjectException(name, causes);
        }
    }
}
