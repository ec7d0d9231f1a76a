package dev.perennial.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The envelope of a list of keys that the server keeps.
 *
 * @param total how many there are over all pages
 */
public record ServerKeyListJson(
        List<ServerKeyJson> serverKeys,
        int limit,
        long total,
        @Nullable String nextPageToken) {}
