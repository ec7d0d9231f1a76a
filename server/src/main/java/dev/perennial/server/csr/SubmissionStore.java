package dev.perennial.server.csr;

import dev.perennial.server.db.Columns;
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
        Tuple values = new Columns<>(batch)
                .value(Timestamps.of(now))
                .value(limit.count())
                .value(LimitStore.interval(limit.per()))
                .texts(Prepared::id)
                .texts(row -> row.submission().orgId())
                .texts(row -> row.submission().agentId())
                .texts(row -> row.submission().caller().name())
                .texts(row -> row.signer().name())
                .texts(row -> row.submission().targetIssuer())
                .truths(row -> row.submission().autoRenew())
                .texts(row -> row.submission().privateKeyId())
                .texts(row -> row.submission().uid())
                .octets(row -> row.pkcs10().der())
                .octets(row -> row.pkcs10().sha256())
                .octets(row -> row.pkcs10().spkiSha256())
                .texts(row -> row.pkcs10().commonName())
                .texts(row -> identifiers(row.pkcs10()))
                .octets(row -> LimitStore.namesSha256(row.decision()))
                .texts(row -> row.issued().id())
                .texts(row -> row.issued().issuerId())
                .texts(row -> row.issued().serial())
                .octets(row -> row.issued().der())
                .octets(row -> row.issued().sha256())
                .times(row -> row.issued().notBefore())
                .times(row -> row.issued().notAfter())
                .truths(row -> row.issued().cutShort())
                .times(row -> row.issued().renewalTime())
                .texts(row -> row.submission().cause().source())
                .texts(row -> row.submission().cause().httpRequest())
                .texts(row -> usages(row.submission()))
                .numbers(row -> lifetime(row.submission()))
                .values();
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
