package dev.perennial.server.identity;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Work that is under way is not begun again: who asks for the same meanwhile gets its outcome. Thread-safe. */
final class UnderWay<K, V> {
    private final Vertx vertx;
    private final Map<K, Future<V>> begun = new ConcurrentHashMap<>();

    UnderWay(Vertx vertx) {
        this.vertx = vertx;
    }

    /** The outcome of the work of that key, on the caller's own context. */
    Future<V> join(K key, Supplier<Future<V>> work) {
        Promise<V> outcome = Promise.promise();
        Future<V> first = begun.putIfAbsent(key, outcome.future());
        if (first != null) {
            return here(first);
        }
        Future<V> joined = here(outcome.future());
        Future.succeededFuture().compose(nothing -> work.get()).onComplete(done -> {
            begun.remove(key, outcome.future());
            outcome.complete(done.result(), done.cause());
        });
        return joined;
    }

    /** Who asks from now on has it begun anew. */
    void forget() {
        begun.clear();
    }

    private Future<V> here(Future<V> work) {
        Context context = vertx.getOrCreateContext();
        Promise<V> promise = Promise.promise();
        work.onComplete(done -> context.runOnContext(back -> promise.complete(done.result(), done.cause())));
        return promise.future();
    }
}
