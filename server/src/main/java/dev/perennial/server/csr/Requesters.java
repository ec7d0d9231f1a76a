package dev.perennial.server.csr;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Callers;
import dev.perennial.server.oidc.Issuers;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Whose PKCS#10 it is, by name and with what they have now: asked when nobody of them is calling. */
final class Requesters {
    private static final String FEDERATED = "oidc:";

    private final Callers callers;
    private final Issuers issuers;

    Requesters(Callers callers, Issuers issuers) {
        this.callers = callers;
        this.issuers = issuers;
    }

    /** Those of the names that are in service; who is gone or disabled is not in the answer. */
    Future<Map<String, Caller>> named(SqlConnection tx, List<String> names) {
        List<String> federated = names.stream()
                .filter(name -> name.startsWith(FEDERATED))
                .distinct()
                .toList();
        return callers.named(tx, names)
                .compose(known -> federated.isEmpty()
                        ? Future.succeededFuture(known)
                        : issuers.callers(tx, federated).map(admitted -> {
                            Map<String, Caller> all = new HashMap<>(known);
                            admitted.forEach((name, caller) -> all.put(name, caller.caller()));
                            return all;
                        }));
    }
}
