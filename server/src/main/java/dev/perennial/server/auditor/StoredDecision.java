package dev.perennial.server.auditor;

import dev.perennial.server.policy.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a certificate was to become: the generation that was decided about, and the terms of its signer as they are now.
 *
 * @param commonName as the row has it
 * @param identifiers as the row has them, with their types
 * @param usages as the row has them; null where nothing was asked for
 */
record StoredDecision(
        byte[] pkcs10,
        byte[] spkiSha256,
        @Nullable String commonName,
        List<String> identifiers,
        @Nullable List<String> usages,
        Terms terms) {

    /**
     * @param validity what the signer gives, or what was asked for where that is shorter
     * @param since nothing is known of certificates that began before the terms were as they are
     */
    record Terms(
            Profile profile,
            Duration validity,
            boolean noRevocation,
            List<String> policies,
            boolean manual,
            Instant since) {}
}
