package dev.perennial.server.audit;

import io.vertx.core.Future;
import java.util.Optional;

/** Keeps the head of the chain outside of the database, where who can write in the database alone does not reach it. */
public interface HeadKeeper {
    /** What was kept last, before this server started. */
    Optional<Head> last();

    /** Done when it would be found again after a crash. Never called while it is under way. */
    Future<Void> keep(Head head);
}
