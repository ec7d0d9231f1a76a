package dev.perennial.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who can write in the database, but has no key, gets no server to sign for it; and what stands still is heard of. */
final class KnownHeadIT {
    private static final String INSERT = """
            INSERT INTO audit_events (id, at, actor, source, action, outcome, http_request)
            OVERRIDING SYSTEM VALUE VALUES (%s, now(), 'a', 's', 'x', 'done', '')
            """;

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private AuditFixture audit;

    @BeforeEach
    void open() {
        audit = new AuditFixture(POSTGRES.database());
    }

    @Test
    void sealPutBackInTime_losesNoRows() {
        audit.sealed(2, 4);
        audit.tamper("UPDATE audit_seals SET at = at - interval '500 days' WHERE number = 1");
        var olderThan = audit.clock.instant().minus(Duration.ofDays(400));
        assertThat(Await.value(audit.seals.prune(olderThan))).isZero();
        assertThat(audit.number("SELECT count(*) FROM audit_events")).isEqualTo(8);

        audit.tamper("UPDATE audit_seals SET at = at + interval '500 days' WHERE number = 1");
        assertThat(audit.verify().findings()).isEmpty();
        assertThat(audit.prune()).isOne();
    }

    @Test
    void sealBehindOneThatIsGone_losesNoRows() {
        audit.sealed(2, 4);
        audit.tamper("DELETE FROM audit_seals WHERE number = 1");
        assertThat(audit.prune()).isZero();
        assertThat(audit.number("SELECT count(*) FROM audit_events")).isEqualTo(8);
    }

    /** Each would have history sealed anew, or nothing any more, if the newest seal were believed. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM audit_seals WHERE number >= 2",
                "DELETE FROM audit_seals",
                "DELETE FROM audit_seals WHERE number = 2",
                "UPDATE audit_seals SET last_id = 9000000000000000000 WHERE number = 3",
                "UPDATE audit_seals SET last_id = 10 WHERE number = 3",
                "UPDATE audit_seals SET code = sha256(code) WHERE number = 3",
                "INSERT INTO audit_seals (number, first_id, last_id, row_count, digest, at, code)"
                        + " SELECT 9000000000000000000, 13, 9000000000000000000, 0, digest, at, code FROM audit_seals"
                        + " WHERE number = 3"
            })
    void altered_isNotSealedUpon(String statement) {
        audit.sealed(3, 4);
        assertThat(audit.seals.warning()).isNull();
        audit.tamper("UPDATE audit_events SET actor = 'agent:B' WHERE id = 6", statement);
        long seals = audit.number("SELECT count(*) FROM audit_seals");
        audit.write(1);

        assertThat(audit.seal()).isZero();
        assertThat(audit.seals.warning()).contains("not sealed");
        assertThat(Await.value(audit.seals.seal())).isZero();
        assertThat(audit.seals.warning()).as("as long as it is so").contains("not sealed");
        audit.advance(Seals.PACE);
        assertThat(Await.value(audit.seals(audit.head).seal()))
                .as("nor by a server that was started again")
                .isZero();
        assertThat(audit.number("SELECT count(*) FROM audit_seals")).isEqualTo(seals);
        assertThat(audit.verify(audit.sealKey, audit.head.last().orElseThrow().code())
                        .findings())
                .isNotEmpty();
    }

    @Test
    void afterTheHeadIsTakenAway_anOlderCopyIsSealedOn() {
        audit.sealed(3, 4);
        audit.tamper("DELETE FROM audit_seals WHERE number > 2", "DELETE FROM audit_events WHERE id > 8");
        assertThat(audit.seal()).isZero();

        Seals restored = audit.seals();
        audit.write(1);
        audit.advance(Seals.PACE);
        assertThat(Await.value(restored.seal())).isOne();
        assertThat(restored.warning()).isNull();
        assertThat(audit.verify().findings()).isEmpty();
    }

    @Test
    void otherServer_goesOnWithTheHeadOfWhatItSees() {
        AuditFixture.KeptHead others = new AuditFixture.KeptHead();
        Seals other = audit.seals(others);
        audit.sealed(2, 4);
        assertThat(Await.value(other.seal())).isZero();
        assertThat(others.last()).isEqualTo(audit.head.last()).isPresent();

        audit.sealed(1, 4);
        audit.tamper("DELETE FROM audit_seals WHERE number > 1");
        audit.advance(Seals.PACE);
        assertThat(Await.value(other.seal())).isZero();
        assertThat(other.warning()).contains("not sealed");
    }

    @Test
    void rowThatNobodyDrew_doesNotKeepOthersFromBeingSealed() {
        audit.sealed(1, 2);
        audit.tamper(INSERT.formatted("9000000000000000000"));
        audit.write(2);
        assertThat(audit.seal()).isOne();
        audit.write(2);
        assertThat(audit.seal()).isOne();
        assertThat(audit.number("SELECT max(last_id) FROM audit_seals")).isEqualTo(6);
        assertThat(audit.seals.warning()).contains("beyond the ids");
        assertThat(audit.verify().findings()).singleElement().asString().contains("1 rows have ids above 6");
    }

    @Test
    void idsPutBack_areHeardOf() {
        audit.sealed(2, 4);
        audit.tamper(
                "ALTER TABLE audit_events ALTER COLUMN id RESTART WITH 2", "DELETE FROM audit_events WHERE id = 2");
        audit.write(1);
        audit.seal();
        assertThat(audit.seals.warning()).contains("beyond the ids");
        assertThat(audit.verify().findings()).anyMatch(finding -> finding.contains("is never sealed"));
    }

    @Test
    void rowsThatWaitForASeal_areHeardOf() {
        SqlConnection slow = Await.value(audit.database.pool().getConnection());
        Await.value(slow.query("BEGIN").execute());
        Await.value(slow.query("LOCK TABLE audit_events IN ROW EXCLUSIVE MODE").execute());
        audit.write(1);
        audit.seal();
        assertThat(audit.seal()).isZero();
        assertThat(audit.seals.warning()).isNull();
        assertThat(audit.seals.unsealedSeconds()).isBetween(19L, 120L);

        audit.advance(Duration.ofMinutes(6));
        audit.seal();
        assertThat(audit.seals.warning()).contains("have not been sealed for");
        assertThat(audit.verify().findings()).isEmpty();
        audit.advance(Duration.ofMinutes(10));
        assertThat(audit.verify().findings()).singleElement().asString().contains("1 rows are not sealed");

        Await.value(slow.query("ROLLBACK").execute());
        Await.value(slow.close());
        assertThat(audit.seal()).isOne();
        assertThat(audit.seals.unsealedSeconds()).isZero();
        assertThat(audit.seals.warning()).isNull();
    }

    /** As long as nobody looks, nobody knows what waits. */
    @Test
    void sealingThatIsNotDoneAtAll_isHeardOf() {
        audit.seal();
        audit.advance(Duration.ofMinutes(6));
        assertThat(audit.seals.unsealedSeconds()).isGreaterThan(300);
        assertThat(audit.seals.warning()).isNotNull();
    }

    @Test
    void sealMadeLongAfterItsRows_isNoted() {
        audit.write(1);
        audit.advance(Duration.ofHours(2));
        audit.seal();
        assertThat(audit.verify().findings()).isEmpty();
        assertThat(audit.verify().notes()).singleElement().asString().contains("120 minutes after its newest row");
    }

    @Test
    void rowsOfTheStop_areSealedAtOnce() {
        audit.sealed(1, 1);
        audit.write(1);
        assertThat(Await.value(audit.seals.seal())).isZero();
        assertThat(Await.value(audit.seals.sealAtOnce())).isOne();
    }

    @Test
    void headOfAnotherForm_isRefused() {
        Head head = new Head(7, "ab".repeat(32));
        assertThat(Head.parse(head.text())).isEqualTo(head);
        assertThatThrownBy(() -> Head.parse("7 ab")).isInstanceOf(IllegalArgumentException.class);
    }
}
