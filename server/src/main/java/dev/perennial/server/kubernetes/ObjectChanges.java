package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.RequestState;
import dev.perennial.server.csr.Alongside;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.csr.Word;
import dev.perennial.server.kubernetes.ObjectWriting.Update;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Objects;

/**
 * What the difference between two objects comes to: a yes, a no, a certificate or its failure go through the entry points
 * that every door uses; everything else is this door's own.
 */
final class ObjectChanges {
    private static final int LONGEST_REASON = 1_024;

    private final SigningRequests requests;
    private final ObjectStore store;
    private final FormerFaces former;
    private final InstantSource clock;

    ObjectChanges(SigningRequests requests, ObjectStore store, FormerFaces former, InstantSource clock) {
        this.requests = requests;
        this.store = store;
        this.former = former;
        this.clock = clock;
    }

    /** Fails with preconditionFailed where it is not any more what was seen. */
    Future<?> make(Update update, Seen seen, ObjectNode old, ObjectNode merged) {
        ObjectRow row = seen.row().with(merged);
        return switch (update.subresource()) {
            case MAIN -> annotate(update, seen, row, "metadata");
            case APPROVAL -> decide(update, seen, old, merged, row);
            case STATUS -> sign(update, seen, old, merged, row);
        };
    }

    private Future<?> decide(Update update, Seen seen, ObjectNode old, ObjectNode merged, ObjectRow row) {
        JsonNode yes = Conditions.added(old, merged, Conditions.APPROVED);
        if (yes != null) {
            return requests.approve(
                    update.caller(),
                    update.cause(),
                    seen.id(),
                    word(yes, seen),
                    alongside(row),
                    ViewOptions.standard());
        }
        JsonNode no = Conditions.added(old, merged, Conditions.DENIED);
        return no == null
                ? annotate(update, seen, row, "conditions")
                : requests.deny(
                        update.caller(),
                        update.cause(),
                        seen.id(),
                        word(no, seen),
                        alongside(row),
                        ViewOptions.standard());
    }

    private Future<?> sign(Update update, Seen seen, ObjectNode old, ObjectNode merged, ObjectRow row) {
        String certificate = merged.path("status").path("certificate").asText();
        if (old.path("status").path("certificate").asText().isEmpty() && !certificate.isEmpty()) {
            return requests.outsideSigning()
                    .put(
                            update.caller(),
                            update.cause(),
                            seen.id(),
                            seen.position(),
                            blocks(certificate),
                            alongside(row));
        }
        JsonNode failed = Conditions.added(old, merged, Conditions.FAILED);
        RequestState state = seen.generation().state();
        return failed != null && state.mayBecome(RequestState.FAILED)
                ? requests.outsideSigning()
                        .fail(
                                update.caller(),
                                update.cause(),
                                seen.id(),
                                seen.position(),
                                reason(failed),
                                alongside(row))
                : annotate(update, seen, row, "conditions");
    }

    private Future<Void> annotate(Update update, Seen seen, ObjectRow row, String what) {
        return requests.annotate(
                update.caller(),
                update.cause(),
                seen.id(),
                seen.position(),
                what,
                request -> row.finalizers().isEmpty(),
                (tx, request, position) -> (row.finalizers().isEmpty()
                                        || !seen.row().finalizers().isEmpty()
                                ? Future.<Void>succeededFuture()
                                : store.requireRoom(tx, row.orgId()))
                        .compose(done -> store.write(tx, row, clock.instant()))
                        .compose(done -> row.labels().equals(seen.row().labels())
                                ? Future.succeededFuture()
                                : former.keep(
                                        tx, position, seen.id(), seen.row().labels())));
    }

    private Alongside alongside(ObjectRow row) {
        return (tx, request) -> store.write(tx, row, clock.instant());
    }

    private static Word word(JsonNode condition, Seen seen) {
        return new Word(reason(condition), null, seen.position(), null, null, true);
    }

    /** For the record: what the client wrote. */
    private static String reason(JsonNode condition) {
        String text = condition.path("message").asText().strip();
        if (text.isEmpty()) {
            text = condition.path("reason").asText().strip();
        }
        if (text.isEmpty()) {
            text = condition.path("type").asText();
        }
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    /** The certificates alone: text may stand around them. */
    private static String blocks(String certificate) {
        byte[] octets = Objects.requireNonNull(Base64Text.decode(certificate), "it was looked at before");
        return String.join("\n", CertificateRules.blocks(new String(octets, StandardCharsets.ISO_8859_1)));
    }
}
