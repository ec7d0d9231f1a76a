package dev.perennial.server.identity;

import org.jspecify.annotations.Nullable;

/**
 * Whose a request is, and so the certificates that came of it.
 *
 * @param owner the name of the caller who made it
 * @param agentId the agent that it belongs to; null for none
 * @param signer the signer's own name: who may approve for it may see it
 */
public record Ownership(
        String orgId, String owner, @Nullable String agentId, String signer) {}
