package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.csr.Snapshots.Happening;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.kubernetes.FormerFaces.Former;
import dev.perennial.server.kubernetes.Selector.Face;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened after a position, an event for each change. An event shows the object with the content of the moment at
 * which it is read; where it stands in the row, whether it was there, its labels, its signer and its generation are those
 * of then. So nothing is left out or told twice to who goes on after any of them.
 */
final class History {
    private final ObjectReading reading;
    private final FormerFaces faces;
    private final ObjectWire wire;

    History(ObjectReading reading, FormerFaces faces, ObjectWire wire) {
        this.reading = reading;
        this.faces = faces;
        this.wire = wire;
    }

    /**
     * The events of changes, in their order.
     *
     * @param after the position before the first of them
     * @param upto only of those up to there
     * @param happenings all of the same requests after {@code after}, also beyond {@code upto}: from what is there now one
     *     comes back to what was there then through every one of them
     */
    Future<List<ObjectEvent>> events(Snapshots.Moment moment, long after, long upto, List<Happening> happenings) {
        Map<String, List<Happening>> byRequest = new LinkedHashMap<>();
        happenings.forEach(one -> byRequest
                .computeIfAbsent(one.requestId(), id -> new ArrayList<>())
                .add(one));
        if (byRequest.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return reading.all(moment, byRequest.keySet())
                .compose(seen -> faces.after(moment.connection(), after, byRequest.keySet())
                        .compose(former -> {
                            List<ObjectEvent> events = new ArrayList<>(happenings.size());
                            Future<Void> told = Future.succeededFuture();
                            for (Seen one : seen) {
                                List<Happening> ofOne = byRequest.getOrDefault(one.id(), List.of());
                                told = told.compose(done -> tell(moment, one, ofOne, former, events));
                            }
                            return told.map(done -> events.stream()
                                    .filter(event -> event.position() <= upto)
                                    .sorted(Comparator.comparingLong(ObjectEvent::position))
                                    .toList());
                        }));
    }

    /** From the newest back to the oldest: what was before each is what is after the one before it. */
    private Future<Void> tell(
            Snapshots.Moment moment,
            Seen now,
            List<Happening> happenings,
            Map<Long, Former> former,
            List<ObjectEvent> events) {
        Future<Seen> seen = Future.succeededFuture(now);
        State state = State.of(now);
        for (int place = happenings.size() - 1; place >= 0; place--) {
            Happening happening = happenings.get(place);
            State after = state;
            State before = state.before(happening, now, former.getOrDefault(happening.position(), Former.UNCHANGED));
            seen = seen.compose(shown -> old(moment, shown, before.generation()).map(old -> {
                events.add(event(happening, shown, before, after, old));
                return old;
            }));
            state = before;
        }
        return seen.mapEmpty();
    }

    /** The object with the generation of then. */
    private static Future<Seen> old(Snapshots.Moment moment, Seen shown, int generation) {
        return generation == shown.generation().number()
                ? Future.succeededFuture(shown)
                : moment.generation(shown.id(), generation).map(then -> Seen.of(shown.view(), shown.kept(), then));
    }

    private ObjectEvent event(Happening happening, Seen shown, State before, State after, Seen old) {
        boolean replaces = before.generation() != after.generation();
        return new ObjectEvent(
                happening.position(),
                before.face(old),
                after.face(shown),
                () -> wire.object(shown, happening.position(), after.withdrawn(), after.signer()),
                // So that who has seen only this goes on with what came in its place.
                replaces ? () -> wire.object(old, happening.position() - 1, false, before.signer()) : null);
    }

    /** What is true between two changes. */
    private record State(boolean there, boolean withdrawn, int generation, ObjectNode labels, String signer) {
        static State of(Seen now) {
            return new State(
                    now.isThere(),
                    now.request().withdrawn() != null,
                    now.generation().number(),
                    now.row().labels(),
                    now.request().signer());
        }

        State before(Happening happening, Seen now, Former former) {
            Integer made = happening.generation();
            int number = made != null && made == generation ? generation - 1 : generation;
            ObjectNode kept =
                    number == generation ? labels : now.kept().of(number).labels();
            ObjectNode labelled = former.labels() == null ? kept : former.labels();
            String signed = former.signer() == null ? signer : former.signer();
            return switch (happening.change()) {
                case ADDED -> new State(false, false, number, labelled, signed);
                case MODIFIED -> new State(there, withdrawn, number, labelled, signed);
                // Taken back at that very time; or else later, when its last finalizer was gone.
                case DELETED ->
                    new State(true, !happening.at().equals(now.request().withdrawn()), number, labelled, signed);
            };
        }

        @Nullable
        Face face(Seen seen) {
            if (!there) {
                return null;
            }
            Ownership now = seen.request().ownership();
            return new Face(seen.name(), new Ownership(now.orgId(), now.owner(), now.agentId(), signer), labels);
        }
    }
}
