package dev.perennial.server.pkix;

/**
 * A rule of the lint that a certificate breaks.
 *
 * @param rule its name, as docs/lint.md lists it
 * @param section where it stands, {@code RFC 5280 §4.1.2.2}
 * @param found what was found, {@code a key usage that is not critical}
 */
public record LintFinding(String rule, String section, String found) {
    /** {@code key-usage-critical: a key usage that is not critical (RFC 5280 §4.2.1.3)}. */
    @Override
    public String toString() {
        return rule + ": " + found + " (" + section + ")";
    }
}
