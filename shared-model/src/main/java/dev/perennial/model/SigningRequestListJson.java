package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of a list of signing requests.
 *
 * @param nextPageToken what {@code page_token} is to be for the next page; absent on the last
 * @param total how many there are over all pages, where that was asked for
 * @param totalIsAtLeast true where there may be more than were counted
 */
public record SigningRequestListJson(
        List<SigningRequestJson> certificateSigningRequests,
        int limit,
        @Nullable String nextPageToken,
        @Nullable Long total,
        @Nullable Boolean totalIsAtLeast) {}
