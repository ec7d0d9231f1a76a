package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.db.Database;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The organisations and the names that grants inside them keep within. None changes yet, so each is read once. */
public final class Organisations {
    private final OrganisationStore store;
    private final Map<String, Grants> seen = new ConcurrentHashMap<>();

    public Organisations(Database database) {
        this.store = new OrganisationStore(database);
    }

    /** The names of that organisation; fails with notFound where there is none of that id. */
    public Future<Grants> names(String orgId) {
        Grants known = seen.get(orgId);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return store.names(orgId).map(found -> {
            Grants names = found.map(Grants::parse)
                    .orElseThrow(() -> ProblemException.of(
                            ProblemType.NOT_FOUND,
                            "spec.org_id: there is no such organisation; the first is \"default\""));
            seen.put(orgId, names);
            return names;
        });
    }

    /** Fails with malformed where a grant would reach beyond the organisation's names. */
    public Future<Void> requireWithin(String orgId, Grants grants) {
        return names(orgId).map(outer -> {
            List<NamePattern> beyond = grants.beyond(outer);
            if (!beyond.isEmpty()) {
                throw ProblemException.of(
                        ProblemType.MALFORMED, "spec.names: beyond the organisation's own names: " + beyond);
            }
            return null;
        });
    }
}
