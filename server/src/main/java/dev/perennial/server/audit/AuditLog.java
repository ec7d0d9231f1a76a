package dev.perennial.server.audit;

import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The entry to reading the audit record. Who may read what is for the caller to know. */
public final class AuditLog {
    private final AuditStore store;

    public AuditLog(Database database) {
        this.store = new AuditStore(database);
    }

    /**
     * One row, and by which seal it is held.
     *
     * @param seal its number; null: none yet
     */
    public record Entry(AuditEvent event, @Nullable Long seal) {}

    /**
     * Newest first.
     *
     * @param below only rows with an id below it: the last one of the page before. What is written meanwhile has an id
     *     above it, so pages neither repeat a row nor miss one that was there when the first was read
     */
    public Future<List<Entry>> list(AuditFilter filter, long below, int limit) {
        return store.list(filter, below, limit);
    }

    /** @param orgId whose alone; null: anybody's */
    public Future<Optional<Entry>> find(@Nullable String orgId, long id) {
        return store.find(orgId, id);
    }
}
