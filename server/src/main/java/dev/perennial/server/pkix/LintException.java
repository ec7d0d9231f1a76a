package dev.perennial.server.pkix;

import java.util.List;
import java.util.stream.Collectors;

/** A certificate that was about to be signed breaks rules. It is never the caller's mistake, always ours. */
public final class LintException extends RuntimeException {
    private final List<LintFinding> findings;

    LintException(List<LintFinding> findings) {
        super(findings.stream().map(LintFinding::toString).collect(Collectors.joining("; ")));
        this.findings = List.copyOf(findings);
    }

    /** Every rule that it breaks, at least one. */
    public List<LintFinding> findings() {
        return findings;
    }
}
