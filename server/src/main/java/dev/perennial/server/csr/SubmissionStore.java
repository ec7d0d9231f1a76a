package dev.perennial.server.csr;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.policy.Usages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
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

    /** What became of one element of a batch. */
    enum Fate {
        STORED,
        /** The same PKCS#10 is live already. */
        DUPLICATE,
        /** The key was rotated out or blocked. */
        KEY,
        LIMITED
    }

    /**
     * @param position of its event; 0 unless stored
     * @param at the time of the batch, which stands in the rows
     * @param delay how long until another certificate will be granted; null unless limited
     */
    record Outcome(
            Fate fate, long position, Instant at, @Nullable Duration delay) {}

    /** Stores what of the batch may be stored, all at once or nothing; the outcomes stand under the ids. */
    Future<Map<String, Outcome>> submit(List<Prepared> batch, Instant now) {
        Tuple values = Tuple.tuple()
                .addValue(Timestamps.of(now))
                .addValue(limit.count())
                .addValue(LimitStore.interval(limit.per()));
        texts(values, batch, Prepared::id);
        texts(values, batch, row -> row.submission().orgId());
        texts(values, batch, row -> row.submission().agentId());
        texts(values, batch, row -> row.submission().caller().name());
        texts(values, batch, row -> row.signer().name());
        texts(values, batch, row -> row.submission().targetIssuer());
        values.addValue(batch.stream().map(row -> row.submission().autoRenew()).toArray(Boolean[]::new));
        texts(values, batch, row -> row.submission().privateKeyId());
        texts(values, batch, row -> row.submission().uid());
        bytes(values, batch, row -> row.pkcs10().der());
        bytes(values, batch, row -> row.pkcs10().sha256());
        bytes(values, batch, row -> row.pkcs10().spkiSha256());
        texts(values, batch, row -> row.pkcs10().commonName());
        texts(values, batch, row -> identifiers(row.pkcs10().identifiers()));
        bytes(values, batch, row -> LimitStore.namesSha256(row.decision()));
        texts(values, batch, row -> row.issued().id());
        texts(values, batch, row -> row.issued().issuerId());
        texts(values, batch, row -> row.issued().serial());
        bytes(values, batch, row -> row.issued().der());
        bytes(values, batch, row -> row.issued().sha256());
        times(values, batch, row -> row.issued().notBefore());
        times(values, batch, row -> row.issued().notAfter());
        values.addValue(batch.stream().map(row -> row.issued().cutShort()).toArray(Boolean[]::new));
        times(values, batch, row -> row.issued().renewalTime());
        texts(values, batch, row -> row.submission().cause().source());
        texts(values, batch, row -> row.submission().cause().httpRequest());
        texts(values, batch, row -> usages(row.submission().usages()));
        values.addValue(batch.stream()
                .map(row -> row.submission().lifetime())
                .map(lifetime -> lifetime == null ? null : (int) lifetime.toSeconds())
                .toArray(Integer[]::new));
        return database.inOneStatement(SUBMIT, values).map(rows -> {
            Map<String, Outcome> outcomes = new HashMap<>();
            rows.forEach(row -> outcomes.put(row.getString("request_id"), outcome(row, now)));
            return outcomes;
        });
    }

    private static Outcome outcome(Row row, Instant now) {
        Long position = row.getLong("position");
        Long wait = row.getLong("wait_millis");
        return new Outcome(
                fate(row.getString("outcome")),
                position == null ? 0 : position,
                now,
                wait == null ? null : Duration.ofMillis(wait));
    }

    private static Fate fate(String word) {
        return Fate.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** No identifier holds a space: their syntax refuses it. */
    private static String identifiers(List<Identifier> identifiers) {
        return identifiers.stream().map(Identifier::toString).collect(Collectors.joining(" "));
    }

    /** None holds a comma. */
    private static @Nullable String usages(Usages usages) {
        return usages.isNone() ? null : String.join(",", usages.words());
    }

    private static void texts(Tuple values, List<Prepared> batch, Function<Prepared, @Nullable String> column) {
        values.addValue(batch.stream().map(column).toArray(String[]::new));
    }

    private static void bytes(Tuple values, List<Prepared> batch, Function<Prepared, byte[]> column) {
        values.addValue(batch.stream().map(column).map(Buffer::buffer).toArray(Buffer[]::new));
    }

    private static void times(Tuple values, List<Prepared> batch, Function<Prepared, Instant> column) {
        values.addValue(batch.stream().map(column).map(Timestamps::of).toArray(OffsetDateTime[]::new));
    }
}
