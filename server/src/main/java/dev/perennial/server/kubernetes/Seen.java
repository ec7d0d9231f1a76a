package dev.perennial.server.kubernetes;

import dev.perennial.server.csr.Generation;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequest;
import org.jspecify.annotations.Nullable;

/**
 * One object: a generation of a request, with what this door keeps of it.
 *
 * @param kept what this door keeps of the request, of whatever generation
 * @param generation the one that was sent last, or of an object that is over the one that was shown
 */
record Seen(RequestView view, ObjectRow kept, Generation generation) {

    /** @param row as it is kept; null where nothing is */
    static Seen of(RequestView view, @Nullable ObjectRow row) {
        return of(view, row, view.request().newest());
    }

    static Seen of(RequestView view, @Nullable ObjectRow row, Generation generation) {
        SigningRequest request = view.request();
        ObjectRow kept = row == null ? ObjectRow.none(request.id(), request.orgId(), generation.number()) : row;
        return new Seen(view, kept, generation);
    }

    /** What this door keeps of it. */
    ObjectRow row() {
        return kept.of(generation.number());
    }

    SigningRequest request() {
        return view.request();
    }

    String id() {
        return view.request().id();
    }

    String name() {
        return kept.name();
    }

    long position() {
        return view.request().position();
    }

    /** Whether there is such an object: a request that is taken back is held here by its finalizers. */
    boolean isThere() {
        return view.request().withdrawn() == null || !row().finalizers().isEmpty();
    }
}
