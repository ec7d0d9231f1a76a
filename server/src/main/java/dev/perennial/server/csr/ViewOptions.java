package dev.perennial.server.csr;

import org.jspecify.annotations.Nullable;

/**
 * How much of a request is to be seen.
 *
 * @param certificates at most so many, the newest
 * @param updates whether the updates are wanted, from {@code updatesStart} to {@code updatesEnd}, both counted from 0
 * @param privateKeyId only where the request names that key; null: any
 * @param orgId only where it belongs to that organisation; null: any
 */
public record ViewOptions(
        int certificates,
        boolean updates,
        int updatesStart,
        int updatesEnd,
        @Nullable String privateKeyId,
        @Nullable String orgId) {
    public static ViewOptions standard() {
        return new ViewOptions(10, false, 0, 99, null, null);
    }

    /** The same view, of whatever request: a PUT may just have changed what these narrow by. */
    ViewOptions ofAny() {
        return new ViewOptions(certificates, updates, updatesStart, updatesEnd, null, null);
    }

    boolean admits(String requestOrgId, @Nullable String requestKeyId) {
        return (privateKeyId == null || privateKeyId.equals(requestKeyId))
                && (orgId == null || orgId.equals(requestOrgId));
    }
}
