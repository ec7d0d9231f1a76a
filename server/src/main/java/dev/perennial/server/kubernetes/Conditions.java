package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.RequestState;
import dev.perennial.server.csr.Generation;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The state of a request as upstream says it: what was written at this door, as long as the state agrees with it, and after
 * it what became of the request elsewhere.
 */
final class Conditions {
    static final String APPROVED = "Approved";
    static final String DENIED = "Denied";
    static final String FAILED = "Failed";

    private Conditions() {}

    static ArrayNode of(Seen seen) {
        Generation generation = seen.generation();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        // The database keeps the fields in an order of its own.
        for (ObjectNode written :
                StatusConditions.ofArray(seen.row().conditions()).all()) {
            if (agrees(generation.state(), written.path("type").asText())) {
                all.add(written);
            }
        }
        Instant at = seen.request().updated().truncatedTo(ChronoUnit.SECONDS);
        String said = generation.message() == null ? "" : generation.message();
        if (isApproved(generation)) {
            String by = generation.approvedBy();
            append(all, APPROVED, by == null ? "PolicyApproved" : "PersonApproved", by == null ? "" : "by " + by, at);
        }
        if (generation.state() == RequestState.DENIED) {
            append(all, DENIED, "Denied", said, at);
        }
        if (generation.state() == RequestState.FAILED) {
            append(all, FAILED, "SigningFailed", said, at);
        }
        return all;
    }

    /** A yes or a no that the request has left behind, elsewhere, is not said any more. */
    private static boolean agrees(RequestState state, String type) {
        return switch (type) {
            case APPROVED -> state != RequestState.PENDING && state != RequestState.DENIED;
            case DENIED -> state == RequestState.DENIED || state == RequestState.WITHDRAWN;
            case FAILED ->
                state == RequestState.FAILED || state == RequestState.ISSUED || state == RequestState.WITHDRAWN;
            default -> true;
        };
    }

    /** What a signer put in, or failed at, without having been asked by anybody was approved by nobody. */
    private static boolean isApproved(Generation generation) {
        return switch (generation.state()) {
            case APPROVED, ISSUING -> true;
            case ISSUED -> generation.approvedBy() != null || !"uploaded".equals(generation.reason());
            case FAILED -> generation.approvedBy() != null;
            case PENDING, DENIED, WITHDRAWN -> false;
        };
    }

    private static void append(ArrayNode all, String type, String reason, String message, Instant at) {
        if (find(all, type) == null) {
            all.addObject()
                    .put("type", type)
                    .put("status", "True")
                    .put("reason", reason)
                    .put("message", message)
                    .put("lastUpdateTime", at.toString())
                    .put("lastTransitionTime", at.toString());
        }
    }

    /** The one of that type; null where there is none. */
    static @Nullable JsonNode find(JsonNode conditions, String type) {
        for (JsonNode one : conditions) {
            if (one.path("type").asText().equals(type)) {
                return one;
            }
        }
        return null;
    }

    /** The one of that type that {@code after} has and {@code before} has not; null where there is none. */
    static @Nullable JsonNode added(ObjectNode before, ObjectNode after, String type) {
        JsonNode old = find(before.path("status").path("conditions"), type);
        return old == null ? find(after.path("status").path("conditions"), type) : null;
    }
}
