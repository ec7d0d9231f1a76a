package dev.perennial.server.csr;

import static dev.perennial.server.db.Columns.numbers;
import static dev.perennial.server.db.Columns.octets;
import static dev.perennial.server.db.Columns.texts;
import static dev.perennial.server.db.Columns.truths;

import dev.perennial.server.audit.Reason;
import dev.perennial.server.csr.Outcome.Fate;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * New requests that policy leaves to a person, stored as {@link SubmissionStore} stores what is signed at once: a batch
 * in one call of {@code hold_batch} (V25__hold_batch.sql), with what comes with them.
 */
final class HoldingStore {
    private static final String HOLD = """
            SELECT request_id, outcome, position, wait_millis FROM hold_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
            """;

    private final Database database;

    HoldingStore(Database database) {
        this.database = database;
    }

    /** A submission that policy leaves to a person. */
    record Held(
            String id,
            Submission submission,
            Companion companion,
            Pkcs10 pkcs10,
            RequestSettings settings,
            Decision decision) {

        boolean isAccompanied() {
            return companion != Companion.NONE;
        }
    }

    /** What came with a request is in the transaction, and the request is not to be: all of it is taken back. */
    private static final class NotAlone extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient List<Outcome> outcomes;

        NotAlone(List<Outcome> outcomes) {
            super("what comes with a request that is not stored is not kept", null, false, false);
            this.outcomes = outcomes;
        }
    }

    /**
     * Stores what of the batch may be stored, all at once or nothing. Fails where one that is accompanied may not be and
     * is not the only one: then they are to be written one by one.
     */
    Future<List<Outcome>> hold(List<Held> batch, Instant now) {
        if (batch.stream().noneMatch(Held::isAccompanied)) {
            return database.inOneStatement(HOLD, values(batch, now)).map(rows -> Outcome.read(rows, ids(batch), now));
        }
        return database.inTransaction(tx -> holdAccompanied(tx, batch, now))
                .recover(failure -> failure instanceof NotAlone undone && batch.size() == 1
                        ? Future.succeededFuture(undone.outcomes)
                        : Future.failedFuture(failure));
    }

    /** Sent one behind the other without waiting, the batch last: it holds the lock of the positions until commit. */
    private static Future<List<Outcome>> holdAccompanied(SqlConnection tx, List<Held> batch, Instant now) {
        List<Future<?>> sent = new ArrayList<>();
        batch.forEach(row -> sent.add(row.companion().in(tx)));
        Future<List<Outcome>> held =
                tx.preparedQuery(HOLD).execute(values(batch, now)).map(rows -> Outcome.read(rows, ids(batch), now));
        sent.add(held);
        return Future.all(sent).map(all -> {
            List<Outcome> outcomes = held.result();
            for (int i = 0; i < batch.size(); i++) {
                if (batch.get(i).isAccompanied() && outcomes.get(i).fate() != Fate.STORED) {
                    throw new NotAlone(outcomes);
                }
            }
            return outcomes;
        });
    }

    private static List<String> ids(List<Held> batch) {
        return batch.stream().map(Held::id).toList();
    }

    private static Tuple values(List<Held> batch, Instant now) {
        return Tuple.tuple()
                .addValue(Timestamps.of(now))
                .addValue(Holding.MOST_WAITING)
                .addValue(Holding.REASON)
                .addValue(texts(batch, Held::id))
                .addValue(texts(batch, row -> row.submission().orgId()))
                .addValue(texts(batch, row -> row.submission().agentId()))
                .addValue(texts(batch, row -> row.submission().caller().name()))
                .addValue(texts(batch, row -> row.settings().signer()))
                .addValue(texts(batch, row -> row.settings().targetIssuer()))
                .addValue(truths(batch, row -> row.settings().autoRenew()))
                .addValue(texts(batch, row -> row.settings().privateKeyId()))
                .addValue(texts(batch, row -> row.settings().uid()))
                .addValue(octets(batch, row -> row.pkcs10().der()))
                .addValue(octets(batch, row -> row.pkcs10().sha256()))
                .addValue(octets(batch, row -> row.pkcs10().spkiSha256()))
                .addValue(texts(batch, row -> row.pkcs10().commonName()))
                .addValue(texts(batch, row -> SubmissionStore.identifiers(row.pkcs10())))
                .addValue(texts(batch, row -> SubmissionStore.usages(row.submission())))
                .addValue(numbers(batch, row -> SubmissionStore.lifetime(row.submission())))
                .addValue(texts(batch, row -> Holding.message(row.decision())))
                .addValue(texts(
                        batch,
                        row -> Reason.stored(
                                "held by the rule " + row.decision().rule())))
                .addValue(texts(batch, row -> row.submission().cause().source()))
                .addValue(texts(batch, row -> row.submission().cause().httpRequest()));
    }
}
