package dev.perennial.server.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.audit.Events;
import dev.perennial.server.audit.EventsGoneException;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The record of what happened goes when it is old by the clocks of server and database both, from its beginning on. */
class RecordRetentionIT {
    private static final Duration LONG_AGO = Duration.ofDays(20);

    @RegisterExtension
    static final TestServer server = TestServer.standard()
            .behind(LONG_AGO)
            .retention(new Retention(Duration.ofDays(9), Duration.ofSeconds(1), Duration.ofDays(10)));

    /** The age of audit rows counts from their seal, and that is made by the later of two clocks. */
    @Test
    void oldRecord_goesOnceTheClocksAgree() {
        Exchange made = submit("audited.test");
        server.clock().advance(Duration.ofSeconds(11));
        Until.is(
                () -> number("SELECT coalesce(max(last_id), 0) FROM audit_seals")
                        >= number("SELECT id FROM audit_events WHERE object_id = '" + made.id() + "'"),
                "the row is sealed");
        assertThat(number("SELECT count(*) FROM audit_seals WHERE at < clock_timestamp() - interval '1 day'"))
                .as("a clock that is behind makes nothing older than it is")
                .isZero();
        long seen = number("SELECT max(position) FROM events");

        // Ahead of all that is there, but no other clock says so.
        server.clock().set(Duration.ofDays(500));
        server.administrator().get("/v1/me").expect(200);
        Until.is(() -> health().contains("clocks"), "the clocks differ");
        server.clock().advance(Duration.ofMinutes(2));
        long seals = number("SELECT count(*) FROM audit_seals");
        submit("from-the-future.test");
        server.clock().advance(Duration.ofSeconds(11));
        Until.is(() -> number("SELECT count(*) FROM audit_seals") > seals, "the clock has struck meanwhile");
        assertThat(number("SELECT count(*) FROM audit_events WHERE object_id = '" + made.id() + "'"))
                .isOne();
        assertThat(number("SELECT count(*) FROM events WHERE position <= " + seen))
                .isPositive();

        server.clock().set(Duration.ZERO);
        Until.is(
                () -> number("SELECT count(*) FROM audit_events WHERE object_id = '" + made.id() + "'") == 0,
                "the row is gone");
        assertThat(number("SELECT count(*) FROM audit_seals WHERE pruned IS NOT NULL"))
                .isPositive();
        Until.is(() -> number("SELECT count(*) FROM events WHERE position <= " + seen) == 0, "old events are gone");
        Exchange young = submit("event-later.test");

        Events events = new Events(server.database());
        assertThat(Await.failure(events.after(0, 10)))
                .isInstanceOfSatisfying(EventsGoneException.class, gone -> assertThat(gone.horizon())
                        .isGreaterThanOrEqualTo(seen));
        long horizon = number("SELECT position FROM event_horizon");
        assertThat(Await.value(events.after(horizon, 10)))
                .extracting(event -> event.objectId())
                .contains(young.id());
    }

    private static String health() {
        return server.nobody().get("/health").expect(200).body().toString();
    }

    private static Exchange submit(String name) {
        return server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256(name), "auto_renew", false))
                .expect(201);
    }

    private static long number(String query) {
        return Await.value(server.database().query(query, Tuple.tuple()))
                .iterator()
                .next()
                .getLong(0);
    }
}
