package dev.perennial.server.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One seal: what stood in a range of ids when nothing could be written there any more.
 *
 * @param number from 1, without gaps
 * @param firstId one more than where the seal before ends
 * @param digest the {@link RowDigest} of the rows
 * @param code the {@link ChainKey}'s, over the code before it and all of this
 * @param pruned when its rows were deleted for their age; null while they are there
 * @param prunedCode over that; null with it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record Seal(
        long number,
        long firstId,
        long lastId,
        int rowCount,
        byte[] digest,
        Instant at,
        byte[] code,
        @Nullable Instant pruned,
        byte @Nullable [] prunedCode) {}
