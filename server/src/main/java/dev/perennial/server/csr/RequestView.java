package dev.perennial.server.csr;

import java.util.List;

/**
 * A request as a caller sees it.
 *
 * @param renews whether it will be renewed: wanted, possible, and its agent in health
 * @param certificates of the current generation, oldest notBefore first
 * @param updates newest first; empty unless asked for
 */
public record RequestView(
        SigningRequest request, boolean renews, List<Certificate> certificates, List<Update> updates) {

    public RequestVersion version() {
        return new RequestVersion(
                request.ownership(), request.privateKeyId(), request.withdrawn() != null, renews, request.position());
    }
}
