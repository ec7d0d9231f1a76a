package dev.perennial.server.db;

import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of a statement about many rows at once: an array for each column, in the order of the calls. */
public final class Columns<R> {
    private final List<R> rows;
    private final Tuple values = Tuple.tuple();

    public Columns(List<R> rows) {
        this.rows = rows;
    }

    /** One value for all of them. */
    public Columns<R> value(Object value) {
        values.addValue(value);
        return this;
    }

    public Columns<R> texts(Function<R, @Nullable String> column) {
        return value(rows.stream().map(column).toArray(String[]::new));
    }

    public Columns<R> octets(Function<R, byte[]> column) {
        return value(rows.stream().map(column).map(Buffer::buffer).toArray(Buffer[]::new));
    }

    public Columns<R> times(Function<R, Instant> column) {
        return value(rows.stream().map(column).map(Timestamps::of).toArray(OffsetDateTime[]::new));
    }

    public Columns<R> truths(Function<R, Boolean> column) {
        return value(rows.stream().map(column).toArray(Boolean[]::new));
    }

    public Columns<R> numbers(Function<R, @Nullable Integer> column) {
        return value(rows.stream().map(column).toArray(Integer[]::new));
    }

    public Tuple values() {
        return values;
    }
}
