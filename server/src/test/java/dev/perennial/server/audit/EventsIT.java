package dev.perennial.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void watcher_seesEveryEventOnceAndInOrder_whileTwoServersWrite() {
        ApiClient first = server.administrator().crowd(1).get(0);
        ApiClient second = server.second().administrator().crowd(1).get(0);
        AtomicBoolean written = new AtomicBoolean();
        CompletableFuture<List<Event>> watcher = CompletableFuture.supplyAsync(() -> watch(written));

        Set<String> made = new HashSet<>();
        for (int round = 0; round < 5; round++) {
            List<String> pems = new ArrayList<>();
            List<CompletableFuture<Exchange>> calls = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                pems.add(TestCsrs.p256("event" + round + "-" + i + ".test"));
                calls.add((i % 2 == 0 ? first : second).submitAsync(pems.get(i)));
            }
            List<CompletableFuture<Exchange>> changes = new ArrayList<>();
            for (int i = 0; i < calls.size(); i++) {
                String id = ApiClient.value(calls.get(i)).expect(201).id();
                made.add(id);
                String body = Bodies.request(pems.get(i), "auto_renew", false).toString();
                if (i % 3 == 0) {
                    changes.add((i % 2 == 0 ? second : first).sendAsync("PUT", ApiClient.REQUESTS + "/" + id, body));
                }
            }
            changes.forEach(change -> ApiClient.value(change).expect(200));
        }
        written.set(true);
        List<Event> seen = watcher.join();

        List<Long> stored = new ArrayList<>();
        Await.value(server.database().query("SELECT position FROM events ORDER BY position", Tuple.tuple()))
                .forEach(row -> stored.add(row.getLong("position")));
        assertThat(seen.stream().map(Event::position).toList())
                .isEqualTo(stored)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(seen.stream()
                        .filter(event -> event.change() == Event.Change.ADDED)
                        .map(Event::objectId))
                .containsAll(made);
    }

    /** Remembers nothing but the last position, as a watcher that is to be trusted with a cache. */
    private static List<Event> watch(AtomicBoolean written) {
        Events events = new Events(server.database());
        List<Event> seen = new ArrayList<>();
        long last = 0;
        while (true) {
            boolean all = written.get();
            List<Event> more = Await.value(events.after(last, 7));
            seen.addAll(more);
            if (!more.isEmpty()) {
                last = more.get(more.size() - 1).position();
            } else if (all) {
                return seen;
            }
        }
    }
}
