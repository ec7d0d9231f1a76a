package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;

/** Ids in paths. All native ids are {@code [A-Za-z0-9_-]{1,64}}; anything else never reaches a room. */
public final class PathId {
    private static final int LONGEST = 64;

    private PathId() {}

    /**
     * The path parameter of that name.
     *
     * @throws ProblemException MALFORMED where it is no id
     */
    public static String of(RoutingContext context, String name) {
        String id = context.pathParam(name);
        if (id == null || !isId(id)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, name + " in the path must be 1 to 64 letters, digits, - or _");
        }
        return id;
    }

    /** Whether an id can look like that, wherever it came. */
    public static boolean isId(String text) {
        return !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(PathId::isIdCharacter);
    }

    private static boolean isIdCharacter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}
