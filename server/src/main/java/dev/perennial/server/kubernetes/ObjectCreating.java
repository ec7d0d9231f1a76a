package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Submission;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.policy.Usages;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an object is made: its name is taken first, in a transaction of its own, with the id that the request will have;
 * where no request comes of it the name is given back, at last by the next who wants it.
 */
final class ObjectCreating {
    /** A submission is over before, one way or the other, however often its transaction had to be tried. */
    private static final Duration ABANDONED = Duration.ofMinutes(5);

    private final SigningRequests requests;
    private final ObjectReading reading;
    private final ObjectStore store;
    private final ObjectWire wire;
    private final Ids ids;
    private final InstantSource clock;

    ObjectCreating(
            SigningRequests requests,
            ObjectReading reading,
            ObjectStore store,
            ObjectWire wire,
            Ids ids,
            InstantSource clock) {
        this.requests = requests;
        this.reading = reading;
        this.store = store;
        this.wire = wire;
        this.ids = ids;
        this.clock = clock;
    }

    /** Fails with alreadyExists where something goes by that name, and as a submission does at every door. */
    Future<ObjectNode> create(Caller caller, Cause cause, ObjectNode wanted, boolean dryRun) {
        JsonNode metadata = wanted.path("metadata");
        String orgId = caller.orgId();
        if (orgId == null) {
            throw StatusException.forbidden(
                    "the bootstrap administrator belongs to no organisation: ask with an account");
        }
        caller.require(Permission.ASK, orgId, "to ask for a certificate");
        requireSound(wanted, metadata);
        String name = metadata.path("name").asText();
        if (CreateRules.isRestrictedSubject(wanted)) {
            throw StatusException.forbidden(Group.named(name) + " is forbidden: use of "
                    + wanted.path("spec").path("signerName").asText()
                    + " signer with system:masters group is not allowed");
        }
        ObjectRow row = ObjectRow.born(ids.next(), orgId, wanted.deepCopy().without("status"));
        Submission submission = submission(caller, cause, orgId, row.requestId(), wanted.path("spec"));
        return dryRun ? tryOut(caller, submission, wanted, name) : make(submission, row);
    }

    private static void requireSound(ObjectNode wanted, JsonNode metadata) {
        if (!metadata.path("resourceVersion").asText().isEmpty()) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "resourceVersion should not be set on objects to be created");
        }
        List<FieldProblem> problems = new ArrayList<>(SizeRules.problems(wanted));
        problems.addAll(CreateRules.problems(wanted));
        InvalidObjectException.throwIfAny(metadata.path("name").asText(), problems);
    }

    private Future<ObjectNode> make(Submission submission, ObjectRow row) {
        Instant now = clock.instant();
        return store.reserve(row, now, now.minus(ABANDONED)).compose(first -> {
            if (!first) {
                throw exists(row.name());
            }
            return requests.submit(submission)
                    .compose(view -> Future.succeededFuture(wire.object(Seen.of(view, row))), failure -> store.drop(
                                    row.requestId())
                            .otherwiseEmpty()
                            .compose(done -> Future.failedFuture(understood(failure, row.name()))));
        });
    }

    /** What it would be; nothing is stored. */
    private Future<ObjectNode> tryOut(Caller caller, Submission submission, ObjectNode wanted, String name) {
        return reading.get(caller, name)
                .compose(
                        seen -> Future.<ObjectNode>failedFuture(exists(name)),
                        failure -> ObjectReading.isNotThere(failure)
                                ? requests.tryOut(submission)
                                        .map(said -> preview(submission, wanted, name, said.decision()))
                                : Future.failedFuture(failure));
    }

    private ObjectNode preview(Submission submission, ObjectNode wanted, String name, Decision decision) {
        if (!decision.approves() && !decision.holds()) {
            throw StatusException.forbidden(Group.named(name) + " is forbidden: refused by the rule " + decision.rule()
                    + ": " + decision.reason());
        }
        ObjectNode made = wanted.deepCopy();
        ObjectRow.object(made, "metadata").put("creationTimestamp", ObjectWire.time(clock.instant()));
        ObjectWire.sign(ObjectRow.object(made, "spec"), submission.caller().name(), submission.orgId());
        made.set("status", JsonNodeFactory.instance.objectNode());
        return made;
    }

    private static Throwable understood(Throwable failure, String name) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.DUPLICATE
                ? StatusException.alreadyExists(name, " under another name: " + problem.detail())
                : failure;
    }

    private static StatusException exists(String name) {
        return StatusException.alreadyExists(name, "");
    }

    private static Submission submission(Caller caller, Cause cause, String orgId, String id, JsonNode spec) {
        List<String> usages = new ArrayList<>();
        spec.path("usages").forEach(usage -> usages.add(usage.asText()));
        return new Submission(
                caller,
                cause,
                orgId,
                caller.kind() == Caller.Kind.AGENT ? caller.id() : null,
                pem(spec.path("request").asText()),
                spec.path("signerName").asText(),
                Usages.parse("spec.usages", usages),
                false,
                null,
                null,
                null,
                lifetime(spec),
                true,
                id);
    }

    private static String pem(String base64) {
        byte[] octets = Objects.requireNonNull(Base64Text.decode(base64), "it was looked at before");
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    private static @Nullable Duration lifetime(JsonNode spec) {
        return spec.has("expirationSeconds")
                ? Duration.ofSeconds(spec.path("expirationSeconds").asLong())
                : null;
    }
}
