package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How an object is taken away: its request is withdrawn, and its certificates stay as they are. Only what was made at this
 * door: {@code kubectl delete --all} deletes one by one what it has listed, and must never withdraw a fleet.
 */
final class ObjectDeleting {
    /** So many at once, and for so long, as upstream's servers take for a call; who wants more taken back asks again. */
    private static final int MOST = 5_000;

    private static final Duration LONGEST = Duration.ofSeconds(50);

    private final SigningRequests requests;
    private final ObjectReading reading;
    private final ObjectWire wire;

    ObjectDeleting(SigningRequests requests, ObjectReading reading, ObjectWire wire) {
        this.requests = requests;
        this.reading = reading;
        this.wire = wire;
    }

    /** What a deletion is asked with. */
    record Options(String uid, String version, boolean dryRun) {
        /** @param body as upstream's DeleteOptions; what of it does not concern this resource is ignored */
        static Options of(JsonNode body, boolean dryRun) {
            JsonNode preconditions = body.path("preconditions");
            return new Options(
                    preconditions.path("uid").asText(),
                    preconditions.path("resourceVersion").asText(),
                    dryRun || body.path("dryRun").path(0).asText().equals("All"));
        }
    }

    /** A Status that says so; or the object, where its finalizers hold it. */
    Future<ObjectNode> delete(Caller caller, Cause cause, String name, Options options) {
        return reading.get(caller, name).compose(seen -> {
            ObjectNode object = wire.object(seen);
            Preconditions.require(name, object, options.uid(), options.version());
            if (!seen.row().born()) {
                throw StatusException.forbidden(Group.named(name)
                        + " is forbidden: it was not made at this door; DELETE /v1/certificate_signing_requests/"
                        + seen.id() + " withdraws it");
            }
            if (options.dryRun() || seen.request().withdrawn() != null) {
                return Future.succeededFuture(held(seen) ? object : deleted(seen));
            }
            Long position = options.version().isEmpty() ? null : seen.position();
            return requests.withdraw(caller, cause, seen.id(), null, position)
                    .compose(done -> held(seen)
                            ? reading.get(caller, name).map(wire::object)
                            : Future.succeededFuture(deleted(seen)));
        });
    }

    /**
     * A deletion of all that was made at this door, the selector means and the caller may withdraw.
     *
     * @param deleted what was, so far
     */
    private record Sweep(
            Caller caller, Cause cause, Selector selector, boolean dryRun, long until, List<ObjectNode> deleted) {
        boolean isTooLong() {
            return deleted.size() >= MOST || System.nanoTime() - until > 0;
        }
    }

    /** What was deleted. Fails with a timeout where some are left when its time is over. */
    Future<List<ObjectNode>> deleteAll(Caller caller, Cause cause, Selector selector, boolean dryRun) {
        long until = System.nanoTime() + LONGEST.toNanos();
        Sweep sweep = new Sweep(caller, cause, selector, dryRun, until, new ArrayList<>());
        return page(sweep, 0).map(sweep.deleted());
    }

    private Future<Void> page(Sweep sweep, long after) {
        return reading.born(sweep.caller(), sweep.selector(), after).compose(found -> {
            Future<Void> done = Future.succeededFuture();
            for (Seen seen : found.objects()) {
                if (sweep.caller().mayChange(seen.request().ownership())) {
                    done = done.compose(before -> delete(sweep, seen));
                }
            }
            Long next = found.next();
            return next == null ? done : done.compose(before -> page(sweep, next));
        });
    }

    private Future<Void> delete(Sweep sweep, Seen seen) {
        if (sweep.isTooLong()) {
            throw new StatusException(
                    504, "Timeout", sweep.deleted().size() + " objects were deleted, and there are more: ask again");
        }
        Future<Void> gone = sweep.dryRun()
                ? Future.succeededFuture()
                : requests.withdraw(sweep.caller(), sweep.cause(), seen.id(), null, null)
                        .recover(ObjectDeleting::unlessGone);
        return gone.onSuccess(done -> sweep.deleted().add(wire.object(seen)));
    }

    private static Future<Void> unlessGone(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.WITHDRAWN
                ? Future.succeededFuture()
                : Future.failedFuture(failure);
    }

    private static boolean held(Seen seen) {
        return !seen.row().finalizers().isEmpty();
    }

    private static ObjectNode deleted(Seen seen) {
        ObjectNode status =
                JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        status.putObject("details")
                .put("name", seen.name())
                .put("group", Group.NAME)
                .put("kind", Group.RESOURCE)
                .put("uid", ObjectWire.uid(seen));
        return status;
    }
}
