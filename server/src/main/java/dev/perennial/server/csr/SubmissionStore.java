package dev.perennial.server.csr;

import static dev.perennial.server.db.Columns.numbers;
import static dev.perennial.server.db.Columns.octets;
import static dev.perennial.server.db.Columns.texts;
import static dev.perennial.server.db.Columns.times;
import static dev.perennial.server.db.Columns.truths;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The one write: a batch of submissions in one call of {@code submit_batch} (V19__kubernetes.sql), committed with it. */
final class SubmissionStore {
    private static final String SUBMIT = """
            SELECT request_id, outcome, position, wait_millis FROM submit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29,
                $30, $31)
            """;

    private final Database database;
    private final IssuanceLimit limit;

    SubmissionStore(Database database, IssuanceLimit limit) {
        this.database = database;
        this.limit = limit;
    }

    /** Stores what of the batch may be stored, all at once or nothing. */
    Future<List<Outcome>> submit(List<Prepared> batch, Instant now) {
        Tuple values = Tuple.tuple()
                .addValue(Timestamps.of(now))
                .addValue(limit.count())
                .addValue(LimitStore.interval(limit.per()))
                .addValue(texts(batch, Prepared::id))
                .addValue(texts(batch, row -> row.submission().orgId()))
                .addValue(texts(batch, row -> row.submission().agentId()))
                .addValue(texts(batch, row -> row.submission().caller().name()))
                .addValue(texts(batch, row -> row.signer().name()))
                .addValue(texts(batch, row -> row.submission().targetIssuer()))
                .addValue(truths(batch, row -> row.submission().autoRenew()))
                .addValue(texts(batch, row -> row.submission().privateKeyId()))
                .addValue(texts(batch, row -> row.submission().uid()))
                .addValue(octets(batch, row -> row.pkcs10().der()))
                .addValue(octets(batch, row -> row.pkcs10().sha256()))
                .addValue(octets(batch, row -> row.pkcs10().spkiSha256()))
                .addValue(texts(batch, row -> row.pkcs10().commonName()))
                .addValue(texts(batch, row -> identifiers(row.pkcs10())))
                .addValue(octets(batch, row -> LimitStore.namesSha256(row.decision())))
                .addValue(texts(batch, row -> row.issued().id()))
                .addValue(texts(batch, row -> row.issued().issuerId()))
                .addValue(texts(batch, row -> row.issued().serial()))
                .addValue(octets(batch, row -> row.issued().der()))
                .addValue(octets(batch, row -> row.issued().sha256()))
                .addValue(times(batch, row -> row.issued().notBefore()))
                .addValue(times(batch, row -> row.issued().notAfter()))
                .addValue(truths(batch, row -> row.issued().cutShort()))
                .addValue(times(batch, row -> row.issued().renewalTime()))
                .addValue(texts(batch, row -> row.submission().cause().source()))
                .addValue(texts(batch, row -> row.submission().cause().httpRequest()))
                .addValue(texts(batch, row -> usages(row.submission())))
                .addValue(numbers(batch, row -> lifetime(row.submission())));
        List<String> ids = batch.stream().map(Prepared::id).toList();
        return database.inOneStatement(SUBMIT, values).map(rows -> Outcome.read(rows, ids, now));
    }

    /** No identifier holds a space: their syntax refuses it. */
    static String identifiers(Pkcs10 pkcs10) {
        return pkcs10.identifiers().stream().map(Identifier::toString).collect(Collectors.joining(" "));
    }

    /** None holds a comma. */
    static @Nullable String usages(Submission submission) {
        return submission.usages().isNone()
                ? null
                : String.join(",", submission.usages().words());
    }

    /** In seconds. */
    static @Nullable Integer lifetime(Submission submission) {
        return submission.lifetime() == null
                ? null
                : (int) submission.lifetime().toSeconds();
    }
}
