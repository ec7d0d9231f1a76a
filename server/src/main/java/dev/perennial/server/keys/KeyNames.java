package dev.perennial.server.keys;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;

/** What a key may be called: for people, who are to see all of it. */
public final class KeyNames {
    public static final int LONGEST = 255;

    private KeyNames() {}

    public static boolean isSound(String name) {
        return name.length() <= LONGEST && name.codePoints().noneMatch(KeyNames::isUnseen);
    }

    static void require(String name) {
        if (!isSound(name)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "the name of a key has at most " + LONGEST
                            + " characters, and none of them is a control or formatting character");
        }
    }

    private static boolean isUnseen(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c) || type == Character.FORMAT || type == Character.SURROGATE;
    }
}
