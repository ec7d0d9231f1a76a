package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.RequestState;
import dev.perennial.server.csr.InventoryFilter.CertificateState;
import dev.perennial.server.csr.InventoryFilter.Name;
import dev.perennial.server.csr.InventoryFilter.Order;
import dev.perennial.server.csr.Page.Wanted;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.testing.Await;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows to search among, written straight into the tables; and what they themselves say is to be found. */
final class InventoryRows {
    /** The certificates in the order in which they were made; each second request has two. */
    static final String FILL = """
            WITH g AS (
                INSERT INTO generations (request_id, generation, org_id, pkcs10, sha256, spki_sha256, common_name,
                                         identifiers, state, live, created)
                SELECT 'r' || i, 1, 'org' || i % 3, '', sha256(('a' || i)::bytea), sha256(('k' || i / 2)::bytea),
                       CASE WHEN i % 50 = 0 THEN 'Person ' || i END,
                       ARRAY['dns:host' || i || '.eu' || i % 7 || '.example.com', 'ip:10.0.' || i / 256 || '.' || i % 256],
                       CASE WHEN i % 500 = 0 THEN 'PENDING' ELSE 'ISSUED' END, true, now()
                FROM generate_series($1::int, $2::int) i ORDER BY i
                RETURNING number)
            SELECT count(*) FROM g
            """;

    static final String FILL_REQUESTS = """
            INSERT INTO signing_requests (id, org_id, agent_id, owner, requester, signer, auto_renew, generation, created, updated,
                                          position)
            SELECT 'r' || i, 'org' || i % 3, CASE WHEN i % 100 = 0 THEN 'agent' || i / 1000 END,
                   'account:' || i % 1000, 'administrator',
                   CASE WHEN i % 250 = 0 THEN 'rare' ELSE 'usual' END, true, 1, now(), now(), i
            FROM generate_series($1::int, $2::int) i ORDER BY i
            """;

    static final String FILL_CERTIFICATES = """
            INSERT INTO certificates (id, org_id, request_id, generation, issuer_id, serial, der, sha256, not_before,
                                      not_after, cut_short, shown, created, revoked)
            SELECT 'c' || i || copy, 'org' || i % 3, 'r' || i, 1, 'ca' || i % 4, to_hex(i) || '0' || copy, '',
                   sha256((i || '-' || copy)::bytea), now() - interval '1 day',
                   date_trunc('second', now()) + interval '1 day' * (i * 37 % 90) - interval '9.5 day', false, true, now(),
                   CASE WHEN i % 333 = 0 THEN now() END
            FROM generate_series($1::int, $2::int) i, generate_series(0, 1 - i % 2) copy ORDER BY i, copy
            """;

    private InventoryRows() {}

    static void fill(Database database, int first, int last) {
        for (String statement : List.of(FILL, FILL_REQUESTS, FILL_CERTIFICATES)) {
            Await.value(database.query(statement, Tuple.of(first, last)));
        }
        Await.value(database.query("ANALYZE generations, signing_requests, certificates, name_blocks", Tuple.tuple()));
    }

    static long indexed(Database database) {
        return Await.value(database.query("SELECT indexed FROM name_index", Tuple.tuple()))
                .iterator()
                .next()
                .getLong("indexed");
    }

    /** What the rows themselves say. */
    private static List<String> expected(Database database, String from, String where, String order) {
        List<String> ids = new ArrayList<>();
        String id = from.startsWith("certificates") ? "c.id" : "r.id";
        Await.value(database.query(
                        "SELECT " + id + " AS id FROM " + from + " WHERE " + where + " ORDER BY " + order,
                        Tuple.tuple()))
                .forEach(row -> ids.add(row.getString("id")));
        return ids;
    }

    static List<String> expectedCertificates(Database database, String where, String order) {
        return expected(
                database,
                "certificates c JOIN signing_requests r ON r.id = c.request_id"
                        + " JOIN generations g ON g.request_id = c.request_id AND g.generation = c.generation",
                where,
                order);
    }

    static List<String> expectedRequests(Database database, String where) {
        return expected(
                database,
                "signing_requests r JOIN generations g ON g.request_id = r.id AND g.generation = r.generation",
                where,
                "r.number");
    }

    interface Search {
        Page<String> page(Wanted wanted);
    }

    /** All that a search finds, page after page. */
    static List<String> pages(int limit, Search search) {
        List<String> ids = new ArrayList<>();
        Page.Position after = null;
        do {
            Page<String> page = search.page(new Wanted(limit, after, false));
            assertThat(page.items().size()).isLessThanOrEqualTo(limit);
            ids.addAll(page.items());
            after = page.next();
        } while (after != null);
        return ids;
    }

    /** A filter being put together. */
    static final class Filter {
        private @Nullable String orgId;
        private @Nullable String agentId;
        private @Nullable Name name;
        private @Nullable String part;
        private byte @Nullable [] key;
        private @Nullable String issuer;
        private @Nullable String serial;
        private List<String> signers = List.of();
        private @Nullable CertificateState state;
        private @Nullable Instant after;
        private @Nullable Instant before;
        private @Nullable Order order;
        private boolean pending;

        Filter org(String value) {
            orgId = value;
            return this;
        }

        Filter agent(String value) {
            agentId = value;
            return this;
        }

        Filter name(String value) {
            name = new Name(value, Identifier.dns(value));
            return this;
        }

        Filter part(String value) {
            part = value;
            return this;
        }

        Filter key(byte[] value) {
            key = value;
            return this;
        }

        Filter issuer(String value) {
            issuer = value;
            return this;
        }

        Filter serial(String value) {
            serial = value;
            return this;
        }

        Filter signer(String value) {
            signers = List.of(value);
            return this;
        }

        Filter state(CertificateState value) {
            state = value;
            return this;
        }

        Filter expires(Instant from, Instant to) {
            after = from;
            before = to;
            return this;
        }

        Filter order(Order value) {
            order = value;
            return this;
        }

        Filter pending() {
            pending = true;
            return this;
        }

        /** Everything of the organisation, or of all of them. */
        Scope scope() {
            return Scope.everything(orgId);
        }

        InventoryFilter made() {
            return new InventoryFilter(
                    orgId,
                    agentId,
                    null,
                    name,
                    part,
                    serial,
                    null,
                    key,
                    issuer,
                    signers,
                    pending ? List.of(RequestState.PENDING) : List.of(),
                    state,
                    null,
                    null,
                    null,
                    after,
                    before,
                    null,
                    order);
        }
    }
}
