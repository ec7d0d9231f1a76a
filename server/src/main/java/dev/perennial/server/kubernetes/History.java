package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.csr.Snapshots.Happening;
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
 * which it is read; where it stands in the row, whether it was there, its labels and its generation are those of then. So
 * nothing is left out or told twice to who goes on after any of them.
 */
final class History {
    private final ObjectReading reading;
    private final ObjectStore store;
    private final ObjectWire wire;

    History(ObjectReading reading, ObjectStore store, ObjectWire wire) {
        this.reading = reading;
        this.store = store;
        this.wire = wire;
    }

    /** The events of these changes, in their order; {@code after} is the position before the first of them. */
    Future<List<ObjectEvent>> events(Snapshots.Moment moment, long after, List<Happening> happenings) {
        Map<String, List<Happening>> byRequest = new LinkedHashMap<>();
        happenings.forEach(one -> byRequest
                .computeIfAbsent(one.requestId(), id -> new ArrayList<>())
                .add(one));
        if (byRequest.isEmpty()) {
            return Future.succeededFuture(List.of());
        }
        return reading.all(moment, byRequest.keySet())
                .compose(seen -> store.labelsBefore(moment.connection(), after, byRequest.keySet())
                        .compose(labels -> {
                            List<ObjectEvent> events = new ArrayList<>(happenings.size());
                            Future<Void> told = Future.succeededFuture();
                            for (Seen one : seen) {
                                List<Happening> ofOne = byRequest.getOrDefault(one.id(), List.of());
                                told = told.compose(done -> tell(moment, one, ofOne, labels, events));
                            }
                            return told.map(done -> {
                                events.sort(Comparator.comparingLong(ObjectEvent::position));
                                return events;
                            });
                        }));
    }

    /** From the newest back to the oldest: what was before each is what is after the one before it. */
    private Future<Void> tell(
            Snapshots.Moment moment,
            Seen now,
            List<Happening> happenings,
            Map<Long, ObjectNode> labelsBefore,
            List<ObjectEvent> events) {
        Future<Seen> seen = Future.succeededFuture(now);
        State state = State.of(now);
        for (int place = happenings.size() - 1; place >= 0; place--) {
            Happening happening = happenings.get(place);
            State after = state;
            State before = state.before(happening, now, labelsBefore.get(happening.position()));
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
                shown.request().ownership(),
                before.face(old),
                after.face(shown),
                () -> wire.object(shown, happening.position(), after.withdrawn()),
                // So that who has seen only this goes on with what came in its place.
                replaces ? () -> wire.object(old, happening.position() - 1, false) : null);
    }

    /** What is true between two changes. */
    private record State(boolean there, boolean withdrawn, int generation, ObjectNode labels) {
        static State of(Seen now) {
            return new State(
                    now.isThere(),
                    now.request().withdrawn() != null,
                    now.generation().number(),
                    now.row().labels());
        }

        State before(Happening happening, Seen now, @Nullable ObjectNode labelsBefore) {
            Integer made = happening.generation();
            int number = made != null && made == generation ? generation - 1 : generation;
            ObjectNode kept =
                    number == generation ? labels : now.kept().of(number).labels();
            ObjectNode then = labelsBefore == null ? kept : labelsBefore;
            return switch (happening.change()) {
                case ADDED -> new State(false, false, number, then);
                case MODIFIED -> new State(there, withdrawn, number, then);
                // Taken back at that very time; or else later, when its last finalizer was gone.
                case DELETED ->
                    new State(true, !happening.at().equals(now.request().withdrawn()), number, then);
            };
        }

        @Nullable
        Face face(Seen seen) {
            return there ? ObjectReading.face(seen, labels) : null;
        }
    }
}
