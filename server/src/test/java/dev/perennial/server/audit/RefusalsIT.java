package dev.perennial.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
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
            refusals.unknown("2001:db8::" + i, "authenticate", "request-" + i);
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
        refusals.unknown("192.0.2.9", "authenticate", "the-first");
        refusals.unknown("192.0.2.9", "authenticate", "the-second");
        refusals.unknown("192.0.2.9", "POST /recovery", "another");
        Await.value(refusals.writeAll());
        assertThat(rows("source = '192.0.2.9' AND reason = '2 calls refused' AND http_request = 'the-first'"))
                .isOne();
        assertThat(rows("source = '192.0.2.9' AND action = 'POST /recovery' AND reason = '1 call refused'"))
                .isOne();
    }

    /** A credential is no permission to fill the record. */
    @Test
    void floodOfAKnownCaller_isABoundedNumberOfRows() {
        for (int i = 0; i < Refusals.MOST_ROWS + 40; i++) {
            Await.value(refusals.known(
                    new Cause("agent:A", "192.0.2." + i, "call-" + i),
                    "default",
                    "GET /v1/x",
                    "x",
                    "unauthorized: no"));
        }
        Await.value(refusals.known(new Cause("agent:B", "192.0.2.1", "other"), "default", "GET /v1/x", "x", "no"));
        assertThat(rows("actor = 'agent:A'")).isEqualTo(Refusals.MOST_ROWS);
        assertThat(rows("actor = 'agent:B'")).isOne();

        audit.advance(Duration.ofMinutes(1));
        Await.value(refusals.write());
        assertThat(rows("actor = 'agent:A' AND org_id = 'default' AND outcome = 'refused'"
                        + " AND reason = '40 calls refused' AND http_request = 'call-60'"))
                .isOne();
        Await.value(refusals.known(new Cause("agent:A", "192.0.2.1", "next"), "default", "GET /v1/x", "x", "no"));
        assertThat(rows("http_request = 'next'")).as("a new minute").isOne();
    }

    @Test
    void strangerWithAName_isCountedByIt() {
        Cause cause = new Cause("oidc:https://issuer.test#somebody", "192.0.2.9", "the-first");
        refusals.stranger(cause, "unauthorized: no rule");
        refusals.stranger(cause, "unauthorized: no rule");
        Await.value(refusals.writeAll());
        assertThat(rows("actor = 'oidc:https://issuer.test#somebody' AND org_id IS NULL"
                        + " AND reason = '2 calls refused: unauthorized: no rule'"))
                .isOne();
    }

    @Test
    void reasonWithoutAnEnd_isCut() {
        String reason = Reason.about("rule: no", Collections.nCopies(100, "x".repeat(250)));
        Await.value(refusals.known(new Cause("agent:A", "192.0.2.9", "long"), "default", "GET /", null, reason));
        assertThat(
                        rows(
                                "http_request = 'long' AND length(reason) = 2000 AND reason LIKE 'rule: no 100 names, the first [xx%…'"))
                .isOne();
        assertThat(Reason.about("no", List.of("a", "b"))).isEqualTo("no [a, b]");
        assertThat(Reason.stored("x".repeat(Reason.LONGEST - 2) + "\ud83d\ude00y"))
                .hasSize(Reason.LONGEST - 1);
    }

    @Test
    void databaseThatIsAway_losesNoCountAndHoldsNoAnswer() {
        Database nowhere =
                Database.open(POSTGRES.vertx(), DatabaseUri.parse("postgresql://nobody@localhost:1/none", null), 1);
        Refusals cutOff = new Refusals(nowhere, new Events(nowhere), audit.clock);
        cutOff.unknown("192.0.2.9", "authenticate", "r");
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
