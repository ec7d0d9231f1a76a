package dev.perennial.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Refusals of callers that nobody knows are counted; of those that are known, none keeps an answer from going out. */
final class RefusalsIT {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private AuditFixture audit;
    private Refusals refusals;

    @BeforeEach
    void open() {
        audit = new AuditFixture(POSTGRES.database());
        refusals = new Refusals(audit.database, audit.events, audit.clock);
    }

    @Test
    void floodFromEverywhere_isABoundedNumberOfRows() {
        for (int i = 0; i < 3 * Refusals.MOST_SOURCES; i++) {
            refusals.unknown("2001:db8::" + i, "request-" + i);
        }
        Await.value(refusals.write());
        assertThat(rows("true")).as("the minute is not over").isZero();

        audit.advance(Duration.ofMinutes(1));
        Await.value(refusals.write());
        assertThat(rows("true")).isEqualTo(Refusals.MOST_SOURCES + 1);
        assertThat(rows("source = 'many' AND reason = '" + 2 * Refusals.MOST_SOURCES + " calls refused'"))
                .isOne();
        assertThat(rows("actor = 'unknown' AND outcome = 'refused' AND action = 'authenticate' AND org_id IS NULL"))
                .isEqualTo(Refusals.MOST_SOURCES + 1);

        Await.value(refusals.writeAll());
        assertThat(rows("true")).as("nothing is told twice").isEqualTo(Refusals.MOST_SOURCES + 1);
    }

    @Test
    void countsOfTheMinute_areWrittenWhenTheServerStops() {
        refusals.unknown("192.0.2.9", "the-first");
        refusals.unknown("192.0.2.9", "the-second");
        Await.value(refusals.writeAll());
        assertThat(rows("source = '192.0.2.9' AND reason = '2 calls refused' AND http_request = 'the-first'"))
                .isOne();
    }

    @Test
    void databaseThatIsAway_losesNoCountAndHoldsNoAnswer() {
        Database nowhere =
                Database.open(POSTGRES.vertx(), DatabaseUri.parse("postgresql://nobody@localhost:1/none", null), 1);
        Refusals cutOff = new Refusals(nowhere, new Events(nowhere), audit.clock);
        cutOff.unknown("192.0.2.9", "r");
        Await.failure(cutOff.writeAll());
        Await.failure(cutOff.writeAll());

        Await.value(cutOff.known(new Cause("agent:A", "192.0.2.9", "r"), "default", "GET /", null, "unauthorized: no"));
        Await.value(nowhere.close());
    }

    @Test
    void textThatTheDatabaseCannotKeep_isKeptWithoutIt() {
        Await.value(refusals.known(new Cause("agent:A", "192.0.2.9", "r"), "default", "GET /", "x", "a\0b\u0007"));
        assertThat(rows("reason = E'a\\ufffdb\\u0007'")).isOne();
    }

    private long rows(String condition) {
        return audit.number("SELECT count(*) FROM audit_events WHERE " + condition);
    }
}
