package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.pkix.Identifier;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search of the inventory asks for; null and empty ask for nothing in particular. Of requests everything but their
 * own columns is asked of the current generation and its certificates.
 *
 * @param orgId the organisation that it is to belong to
 * @param agentId the agent that its request is to belong to
 * @param requestId certificates only: those of this request
 * @param name one that it is to carry
 * @param namePart what one of its names is to contain, at least {@link #SHORTEST_PART} octets; of ASCII letters the case
 *     does not count
 * @param serial lower hex, as it is stored
 * @param signers by their own names, any of them
 * @param states requests only: any of them
 * @param state certificates only
 * @param notValidAfter requests only: those whose newest certificate ends before
 * @param createdAfter certificates only: those that came then or later
 * @param createdBefore certificates only
 * @param autoRenew requests only
 * @param order null for the one that is natural to the search
 */
public record InventoryFilter(
        @Nullable String orgId,
        @Nullable String agentId,
        @Nullable String requestId,
        @Nullable Name name,
        @Nullable String namePart,
        @Nullable String serial,
        byte @Nullable [] sha256,
        byte @Nullable [] spkiSha256,
        @Nullable String issuerId,
        List<String> signers,
        List<RequestState> states,
        @Nullable CertificateState state,
        @Nullable Instant notValidAfter,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore,
        @Nullable Instant expiresAfter,
        @Nullable Instant expiresBefore,
        @Nullable Boolean autoRenew,
        @Nullable Order order) {

    public static final int SHORTEST_PART = NameKeys.SHORTEST;

    /** Whatever has that key. */
    static InventoryFilter ofKey(byte[] spkiSha256) {
        return new InventoryFilter(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                spkiSha256,
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                Order.OLDEST);
    }

    /**
     * A whole name.
     *
     * @param text as it was given: a common name is compared with this
     * @param identifier what it is in canonical form; null where it is no such name
     */
    public record Name(String text, @Nullable Identifier identifier) {}

    /** In which order a search is answered. */
    public enum Order {
        OLDEST,
        NEWEST,
        /** What ends first; certificates only. */
        EXPIRY
    }

    /** What a certificate is at a moment; exactly one of these. */
    public enum CertificateState {
        VALID,
        EXPIRED,
        NOT_YET_VALID,
        /** Whether it would have expired meanwhile or not. */
        REVOKED
    }

    /** Whether it asks what only the names and keys of generations tell. */
    boolean asksForNamesOrKeys() {
        return name != null || namePart != null || spkiSha256 != null;
    }

    /** Whether it asks for nothing that Agilicus' own parameters could not ask for. */
    boolean isAgilicus() {
        return !asksForNamesOrKeys()
                && serial == null
                && sha256 == null
                && issuerId == null
                && state == null
                && createdAfter == null
                && createdBefore == null
                && expiresAfter == null
                && expiresBefore == null
                && order == null;
    }

    /** Whether at most a few can be found, by an index of their own. */
    boolean asksForFew() {
        return serial != null || sha256 != null || requestId != null;
    }
}
