package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An audit record in a database of its own, and somebody who may write to all of it. */
final class AuditFixture {
    private static final Cause CAUSE = new Cause("agent:A", "192.0.2.7", "request-1");

    final Database database;
    final TestClock clock = new TestClock();
    final SealKey sealKey = SealKey.generate(new SecureRandom());
    final Events events;
    final KeptHead head = new KeptHead();
    final Seals seals;

    /** What stands in for the file in a server's home. */
    static final class KeptHead implements HeadKeeper {
        private @Nullable Head head;

        @Override
        public Optional<Head> last() {
            return Optional.ofNullable(head);
        }

        @Override
        public Future<Void> keep(Head newest) {
            head = newest;
            return Future.succeededFuture();
        }
    }

    /** Empties what another left in that database. */
    AuditFixture(Database database) {
        this.database = database;
        tamper("TRUNCATE audit_events RESTART IDENTITY", "TRUNCATE audit_seals");
        sql("ALTER TABLE audit_events ALTER COLUMN id SET GENERATED ALWAYS");
        sql("ALTER TABLE audit_events ENABLE TRIGGER USER");
        sql("ALTER TABLE audit_seals ENABLE TRIGGER USER");
        this.events = new Events(database);
        this.seals = seals(head);
    }

    /** As those of one more server. */
    Seals seals() {
        return seals(new KeptHead());
    }

    Seals seals(HeadKeeper keeper) {
        return new Seals(database, ChainKey.of(sealKey), keeper, clock);
    }

    void write(int rows) {
        for (int i = 0; i < rows; i++) {
            String objectId = "object-" + i;
            String reason = i % 2 == 0 ? null : "é\n|";
            Await.value(database.inTransaction(
                    tx -> events.done(tx, clock.instant(), "default", CAUSE, "submit", objectId, reason)));
        }
    }

    /** So many rows in one statement, where only their number matters. */
    void writeMany(int rows) {
        sql("""
            INSERT INTO audit_events (at, org_id, actor, source, action, object_id, outcome, http_request)
            SELECT now(), 'default', 'agent:A', '192.0.2.7', 'submit', 'object-' || n, 'done', 'request-' || n
            FROM generate_series(1, %d) AS n
            """.formatted(rows));
    }

    int seal() {
        clock.advance(Seals.PACE);
        return Await.value(seals.seal());
    }

    /** So many seals, over so many rows each. */
    AuditFixture sealed(int count, int rows) {
        for (int i = 0; i < count; i++) {
            write(rows);
            seal();
        }
        return this;
    }

    int prune() {
        return Await.value(seals.prune(clock.instant()));
    }

    void advance(Duration step) {
        clock.advance(step);
    }

    ChainReport verify() {
        return verify(sealKey, null);
    }

    ChainReport verify(SealKey key, @Nullable String wanted) {
        return Await.value(new Chain(database, ChainKey.of(key), clock).verify(wanted));
    }

    /** As the owner of the tables, who has taken the trigger away. */
    void tamper(String... statements) {
        sql("ALTER TABLE audit_events DISABLE TRIGGER USER");
        sql("ALTER TABLE audit_seals DISABLE TRIGGER USER");
        for (String statement : statements) {
            sql(statement);
        }
    }

    void sql(String statement) {
        Await.value(database.pool().query(statement).execute());
    }

    Future<?> attempt(String statement) {
        return database.pool().query(statement).execute();
    }

    long number(String query) {
        Row row = Await.value(database.query(query, Tuple.tuple())).iterator().next();
        return row.getLong(0);
    }
}
