package dev.perennial.server.csr;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Polls that come on one event loop while its last query is under way are answered together, by the next one: an answer
 * is never older than its question. Owned by one event loop and touched by no other thread.
 */
final class VersionBatch {
    private final RequestStore requests;
    private final InstantSource clock;
    private Map<String, Promise<Optional<RequestVersion>>> waiting = new HashMap<>();
    private boolean underWay;

    VersionBatch(RequestStore requests, InstantSource clock) {
        this.requests = requests;
        this.clock = clock;
    }

    Future<Optional<RequestVersion>> find(String id) {
        Promise<Optional<RequestVersion>> found = waiting.computeIfAbsent(id, key -> Promise.promise());
        ask();
        return found.future();
    }

    private void ask() {
        if (underWay || waiting.isEmpty()) {
            return;
        }
        underWay = true;
        Map<String, Promise<Optional<RequestVersion>>> asked = waiting;
        waiting = new HashMap<>();
        requests.versions(asked.keySet(), clock.instant())
                .onSuccess(
                        versions -> asked.forEach((id, found) -> found.complete(Optional.ofNullable(versions.get(id)))))
                .onFailure(failure -> asked.values().forEach(found -> found.fail(failure)))
                .onComplete(done -> {
                    underWay = false;
                    ask();
                });
    }
}
