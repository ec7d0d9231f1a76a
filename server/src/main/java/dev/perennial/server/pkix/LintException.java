package dev.perennial.server.pkix;

/** A certificate that was about to be signed breaks a rule. It is never the caller's mistake, always ours. */
public final class LintException extends RuntimeException {
    private final String section;

    LintException(String rule, String section) {
        super(rule + " (" + section + ")");
        this.section = section;
    }

    /** Where the rule stands, {@code RFC 5280 §4.1.2.2}. */
    public String section() {
        return section;
    }
}
