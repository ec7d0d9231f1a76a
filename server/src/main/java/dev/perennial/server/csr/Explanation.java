package dev.perennial.server.csr;

import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.policy.Decision;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would become of a submission, and why.
 *
 * @param left how many certificates the limit still grants for these names
 * @param retryAfter until one will be granted again; null where one is
 */
public record Explanation(
        Decision decision,
        String signer,
        List<Named> names,
        IssuanceLimit limit,
        int left,
        @Nullable Duration retryAfter) {

    /**
     * One name of the PKCS#10.
     *
     * @param grant the pattern that lets the caller have it; null where none does
     * @param organisation the pattern that lets the organisation have it; null where none does
     */
    public record Named(
            Identifier name,
            @Nullable String grant,
            @Nullable String organisation) {}
}
