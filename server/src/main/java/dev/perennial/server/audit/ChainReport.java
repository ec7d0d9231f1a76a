package dev.perennial.server.audit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a look at the whole chain came to.
 *
 * @param rows that are as they were sealed
 * @param seals in the chain, those without rows included
 * @param prunedSeals whose rows were deleted for their age
 * @param unsealedRows younger than the last seal; the chain says nothing of them yet
 * @param head the code of the last seal, by which a chain that was cut off later is known
 * @param wantedHead the code that had to be in the chain; null: none was asked for
 * @param notes what is strange and may have an honest reason, a line each; at most {@link #MOST_FINDINGS}
 * @param findings what is wrong, a line each; at most {@link #MOST_FINDINGS}
 * @param furtherFindings how many more there are
 */
public record ChainReport(
        long rows,
        long seals,
        long prunedSeals,
        long unsealedRows,
        @Nullable Instant oldestUnsealed,
        @Nullable NewestSeal head,
        @Nullable String wantedHead,
        List<String> notes,
        List<String> findings,
        long furtherFindings) {

    static final int MOST_FINDINGS = 100;

    /** @param code lower-case hex */
    public record NewestSeal(long number, String code, Instant at) {}

    public boolean isClean() {
        return findings.isEmpty();
    }
}
