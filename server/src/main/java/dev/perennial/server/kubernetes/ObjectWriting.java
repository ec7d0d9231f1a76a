package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How an object is changed, by whatever method: what is wanted is held against what there is, by the rules of the
 * subresource, and what differs is done.
 */
final class ObjectWriting {
    /** So often somebody else may be quicker than a client that does not say what it has seen. */
    private static final int TRIES = 5;

    private final ObjectReading reading;
    private final ObjectChanges changes;
    private final ObjectWire wire;
    private final InstantSource clock;

    ObjectWriting(ObjectReading reading, ObjectChanges changes, ObjectWire wire, InstantSource clock) {
        this.reading = reading;
        this.changes = changes;
        this.wire = wire;
        this.clock = clock;
    }

    /**
     * What is asked for.
     *
     * @param wanted what the object is to become; it may be asked more than once
     * @param patches whether that is made of what there is, and only a version that it names was seen by the client
     * @param dryRun whether nothing is stored
     */
    record Update(
            Caller caller,
            Cause cause,
            String name,
            Subresource subresource,
            UnaryOperator<ObjectNode> wanted,
            boolean patches,
            boolean dryRun) {}

    /** The object as it is then. Fails with conflict where the client has seen another version than there is. */
    Future<ObjectNode> update(Update update) {
        return update(update, TRIES);
    }

    private Future<ObjectNode> update(Update update, int tries) {
        return reading.get(update.caller(), update.name()).compose(seen -> {
            requireMay(update, seen);
            ObjectNode old = wire.object(seen);
            ObjectNode wanted = update.wanted().apply(old.deepCopy());
            boolean again = Preconditions.leaveOpen(old, wanted, update) && tries > 1;
            return write(update, seen, old, wanted).recover(failure -> {
                if (!isOvertaken(failure)) {
                    return Future.failedFuture(failure);
                }
                return again ? update(update, tries - 1) : Future.failedFuture(Preconditions.modified(update.name()));
            });
        });
    }

    private static boolean isOvertaken(Throwable failure) {
        return failure instanceof ProblemException problem && problem.type() == ProblemType.PRECONDITION_FAILED;
    }

    private Future<ObjectNode> write(Update update, Seen seen, ObjectNode old, ObjectNode wanted) {
        ObjectNode merged = UpdateStrategy.merged(update.subresource(), old, wanted, clock.instant());
        List<FieldProblem> problems = new ArrayList<>(SizeRules.problems(merged));
        problems.addAll(UpdateStrategy.problems(update.subresource(), old, merged));
        InvalidObjectException.throwIfAny(seen.name(), problems);
        if (merged.equals(UpdateStrategy.normal(old)) || update.dryRun()) {
            return Future.succeededFuture(merged);
        }
        return changes.make(update, seen, old, merged).compose(done -> reading.get(update.caller(), update.name())
                .map(wire::object)
                // The last finalizer was taken away.
                .recover(failure -> ObjectReading.isNotThere(failure)
                        ? Future.succeededFuture(merged)
                        : Future.failedFuture(failure)));
    }

    private static void requireMay(Update update, Seen seen) {
        Caller caller = update.caller();
        Ownership ownership = seen.request().ownership();
        boolean may =
                switch (update.subresource()) {
                    case MAIN -> caller.mayChange(ownership);
                    case APPROVAL -> caller.mayDecide(ownership);
                    case STATUS -> caller.maySign(ownership);
                };
        if (may) {
            return;
        }
        String which = Group.named(seen.name()) + " is forbidden: ";
        throw StatusException.forbidden(which
                + switch (update.subresource()) {
                    case MAIN ->
                        "User \"" + ObjectWire.username(caller.name()) + "\" cannot update resource \"" + Group.RESOURCE
                                + "\" in API group \"" + Group.NAME + "\" at the cluster scope";
                    case APPROVAL -> notPermitted("approve", ownership.signer());
                    case STATUS -> notPermitted("sign", ownership.signer());
                });
    }

    private static String notPermitted(String verb, String signer) {
        return "user not permitted to " + verb + " requests with signerName \"" + signer + "\"";
    }
}
