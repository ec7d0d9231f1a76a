package dev.perennial.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events go from the beginning on; one that holds up the others is heard of. */
final class EventRetentionIT {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Test
    void eventOfTheFuture_holdsUpWhatComesAfterIt_andIsTold() {
        AuditFixture audit = new AuditFixture(POSTGRES.database());
        EventStore store = new EventStore(audit.database);
        Instant now = audit.clock.instant();
        append(audit, "1 day");
        append(audit, "-2 days");

        EventStore.Dropped held = Await.value(store.drop(now, 10));
        assertThat(held.count()).isZero();
        assertThat(held.inTheWay()).isAfter(now);

        audit.sql("DELETE FROM events WHERE at > clock_timestamp()");
        append(audit, "1 minute");
        assertThat(Await.value(store.drop(now, 10)).count()).isOne();
        EventStore.Dropped young = Await.value(store.drop(now, 10));
        assertThat(young.count()).isZero();
        assertThat(young.inTheWay()).as("clocks differ by that much").isNull();
    }

    private static void append(AuditFixture audit, String later) {
        audit.sql("""
                INSERT INTO events (position, at, org_id, kind, object_id, change, state)
                SELECT p, clock_timestamp() + interval '%s', 'default', 'signing_request', 'x', 'ADDED', 'ISSUED'
                FROM next_position() AS p
                """.formatted(later));
    }
}
