package dev.perennial.server.csr;

/**
 * What a look for things that are over came to.
 *
 * @param looked how many were looked at: fewer than were to be where the pass has come to its end
 * @param dropped how many of them were deleted
 */
public record Swept(int looked, int dropped) {}
