package dev.perennial.server.db;

import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One column of many rows, as the driver takes an array: for statements that write them all at once. */
public final class Columns {
    private Columns() {}

    public static <R> String[] texts(Collection<R> rows, Function<R, @Nullable String> column) {
        return rows.stream().map(column).toArray(String[]::new);
    }

    public static <R> Buffer[] octets(Collection<R> rows, Function<R, byte[]> column) {
        return rows.stream().map(column).map(Buffer::buffer).toArray(Buffer[]::new);
    }

    public static <R> OffsetDateTime[] times(Collection<R> rows, Function<R, @Nullable Instant> column) {
        return rows.stream().map(column).map(Timestamps::ofNullable).toArray(OffsetDateTime[]::new);
    }

    public static <R> Boolean[] truths(Collection<R> rows, Function<R, Boolean> column) {
        return rows.stream().map(column).toArray(Boolean[]::new);
    }

    public static <R> Integer[] numbers(Collection<R> rows, Function<R, @Nullable Integer> column) {
        return rows.stream().map(column).toArray(Integer[]::new);
    }
}
