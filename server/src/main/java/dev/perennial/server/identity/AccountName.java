package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of accounts in the one form in which they are stored, compared and counted. */
final class AccountName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._@+-]{0,63}");
    private static final Pattern SPACE = Pattern.compile("[\\s\\p{Z}\\p{C}]+");

    private AccountName() {}

    /** However it was typed: compatibility forms, case and spaces make no other name. */
    static String canonical(String typed) {
        String folded = Normalizer.normalize(typed, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return SPACE.matcher(Normalizer.normalize(folded, Normalizer.Form.NFKC)).replaceAll("");
    }

    /** @throws ProblemException malformed, where an account could not be called so */
    static String parse(String typed) {
        String name = canonical(typed);
        if (!FORM.matcher(name).matches()) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "spec.name: 1 to 64 of the characters a-z 0-9 . _ @ + - and the first a letter or a digit");
        }
        return name;
    }
}
