package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.csr.InventoryFilter.CertificateState;
import dev.perennial.server.csr.InventoryFilter.Name;
import dev.perennial.server.csr.InventoryStore.Search;
import dev.perennial.server.csr.InventoryStore.Window;
import dev.perennial.server.db.Timestamps;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.pkix.Identifier;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The conditions of one statement of {@link InventoryStore}, and the values that are bound to it. */
final class InventoryConditions {
    /** Of the few issuers that there are, so that a serial number alone is found by the index over both. */
    private static final String ISSUERS = """
            ANY (ARRAY(WITH RECURSIVE i (id) AS (SELECT min(issuer_id) FROM certificates UNION ALL
                SELECT (SELECT min(n.issuer_id) FROM certificates n WHERE n.issuer_id > i.id) FROM i WHERE i.id IS NOT NULL)
                SELECT id FROM i WHERE id IS NOT NULL))""";

    private static final String HAS_CERTIFICATE =
            "r.id IN (SELECT h.request_id FROM certificates h WHERE %s = %s AND h.issuer_id = %s)";

    private static final String HAS_CERTIFICATE_OF =
            "EXISTS (SELECT 1 FROM certificates h WHERE h.request_id = r.id AND h.issuer_id = %s)";

    private static final String NEWEST_ENDS = """
            (SELECT max(e.not_after) FROM certificates e
             WHERE e.request_id = r.id AND e.generation = r.generation AND e.shown)""";

    /** Most rows fail the first condition, which is cheap; the others leave out the types before the colons. */
    private static final String HAS_PART = """
            strpos(lower(concat_ws(' ', g.common_name, array_to_string(g.identifiers, ' ')) COLLATE "C"), %1$s) > 0
            AND (strpos(lower(g.common_name COLLATE "C"), %1$s) > 0 OR EXISTS (SELECT 1 FROM unnest(g.identifiers) AS n (name)
                WHERE strpos(lower(substr(n.name, strpos(n.name, ':') + 1) COLLATE "C"), %1$s) > 0))""";

    private final Scope scope;
    private final InventoryFilter filter;
    private final List<Object> values = new ArrayList<>();
    private final StringJoiner where = new StringJoiner(" AND ", " WHERE ", "").setEmptyValue("");

    InventoryConditions(Search search) {
        this.scope = search.scope();
        this.filter = search.filter();
    }

    /** The place of the value in the statement. */
    String bind(Object value) {
        values.add(value);
        return "$" + values.size();
    }

    Tuple values() {
        return Tuple.from(values);
    }

    String where() {
        return where.toString();
    }

    /** @param right SQL where it is a text, else a value to be bound */
    void and(String left, String operator, Object right) {
        where.add(left + " " + operator + " " + (right instanceof String sql ? sql : bind(right)));
    }

    private void equal(String column, @Nullable Object value) {
        if (value != null) {
            where.add(column + " = " + bind(value));
        }
    }

    /** The indexes over organisations leave out the one that most rows are of: those are everywhere. */
    private void organisation(String column) {
        equal(column, scope.orgId());
        if (scope.orgId() != null && !"default".equals(scope.orgId())) {
            where.add(column + " <> 'default'");
        }
    }

    void ofCertificates(Instant now) {
        if (scope.orgId() == null) {
            where.add("c.org_id IS NOT NULL");
        }
        organisation("c.org_id");
        visible();
        equal("r.agent_id", filter.agentId());
        equal("c.request_id", filter.requestId());
        equal("c.sha256", buffer(filter.sha256()));
        equal("c.issuer_id", filter.issuerId());
        if (filter.serial() != null && filter.issuerId() == null) {
            where.add("c.issuer_id = " + ISSUERS);
        }
        equal("c.serial", filter.serial());
        signers();
        CertificateState state = filter.state();
        if (state != null) {
            where.add(state(state, now));
        }
        between("c.created", filter.createdAfter(), filter.createdBefore());
        between("c.not_after", filter.expiresAfter(), filter.expiresBefore());
    }

    private String state(CertificateState state, Instant now) {
        return switch (state) {
            case REVOKED -> "c.revoked IS NOT NULL";
            case EXPIRED -> "c.revoked IS NULL AND c.not_after < " + bind(Timestamps.of(now));
            case NOT_YET_VALID -> "c.revoked IS NULL AND c.not_before > " + bind(Timestamps.of(now));
            case VALID -> {
                String at = bind(Timestamps.of(now));
                yield "c.revoked IS NULL AND c.not_before <= " + at + " AND c.not_after >= " + at;
            }
        };
    }

    void ofRequests() {
        where.add("r.withdrawn IS NULL");
        organisation("r.org_id");
        visible();
        equal("r.agent_id", filter.agentId());
        equal("r.auto_renew", filter.autoRenew());
        signers();
        byte[] sha256 = filter.sha256();
        String issuer = filter.issuerId() == null ? null : bind(filter.issuerId());
        if (sha256 != null) {
            where.add(HAS_CERTIFICATE.formatted(
                    "h.sha256", bind(Buffer.buffer(sha256)), issuer == null ? "h.issuer_id" : issuer));
        }
        if (filter.serial() != null) {
            where.add(HAS_CERTIFICATE.formatted("h.serial", bind(filter.serial()), issuer == null ? ISSUERS : issuer));
        }
        if (issuer != null && sha256 == null && filter.serial() == null) {
            where.add(HAS_CERTIFICATE_OF.formatted(issuer));
        }
        if (!filter.states().isEmpty()) {
            where.add("g.state = ANY ("
                    + bind(filter.states().stream().map(RequestState::name).toArray(String[]::new)) + ")");
            if (!filter.states().contains(RequestState.ISSUED)) {
                // Said in the words of the index over the few of them.
                where.add("g.live AND g.state <> 'ISSUED'");
            }
        }
        between(NEWEST_ENDS, null, filter.notValidAfter());
        between(NEWEST_ENDS, filter.expiresAfter(), filter.expiresBefore());
    }

    void ofGenerations() {
        equal("g.spki_sha256", buffer(filter.spkiSha256()));
        Name name = filter.name();
        if (name != null) {
            Identifier identifier = name.identifier();
            String common = "g.common_name = " + bind(name.text());
            where.add(
                    identifier == null
                            ? common
                            : "(" + common + " OR " + bind(identifier.toString()) + " = ANY (g.identifiers))");
        }
        if (filter.namePart() != null) {
            where.add(HAS_PART.formatted(bind(NameKeys.small(filter.namePart()))));
        }
    }

    /** What the blocks of such generations have among their keys, in the segments of the window. */
    String keys(Window window) {
        StringBuilder conditions = new StringBuilder();
        String part = filter.namePart();
        if (part != null) {
            StringJoiner segments = new StringJoiner(" OR ", " AND (", ")");
            long last = window.most() / NameKeys.SEGMENT;
            for (long segment = window.least() / NameKeys.SEGMENT; segment <= last; segment++) {
                segments.add("keys @> " + bind(boxed(NameKeys.ofPart(segment * NameKeys.SEGMENT, part))));
            }
            conditions.append(segments);
        }
        byte[] spki = filter.spkiSha256();
        if (spki != null) {
            conditions.append(" AND keys @> ").append(bind(boxed(NameKeys.ofKey(spki))));
        }
        Name name = filter.name();
        if (name != null) {
            Identifier identifier = name.identifier();
            int common = NameKeys.ofCommonName(name.text());
            conditions
                    .append(" AND keys && ")
                    .append(bind(
                            identifier == null ? boxed(common) : boxed(common, NameKeys.whole(identifier.toString()))));
        }
        return conditions.toString();
    }

    /** The conditions that the columns of requests alone answer, as a clause. */
    String requestsOnly() {
        StringJoiner conditions = new StringJoiner(" AND ", " WHERE ", "");
        String own = own("");
        if (own != null) {
            conditions.add(own);
        }
        if (filter.agentId() != null) {
            conditions.add("agent_id = " + bind(filter.agentId()));
        }
        if (!filter.signers().isEmpty()) {
            conditions.add("signer = ANY (" + bind(filter.signers().toArray(String[]::new)) + ")");
        }
        return conditions.toString();
    }

    private void visible() {
        String own = own("r.");
        if (own != null) {
            where.add(own);
        }
    }

    /** What a caller sees who does not see all of the organisation; null for one who does. */
    private @Nullable String own(String alias) {
        String owner = scope.owner();
        if (owner == null) {
            return null;
        }
        StringJoiner any = new StringJoiner(" OR ", "(", ")");
        any.add(alias + "owner = " + bind(owner));
        String agentId = scope.agentId();
        if (agentId != null) {
            any.add(alias + "agent_id = " + bind(agentId));
        }
        if (!scope.signers().isEmpty()) {
            any.add(alias + "signer = ANY (" + bind(scope.signers().toArray(String[]::new)) + ")");
        }
        if (!scope.domains().isEmpty()) {
            any.add("split_part(" + alias + "signer, '/', 1) = ANY ("
                    + bind(scope.domains().toArray(String[]::new)) + ")");
        }
        return any.toString();
    }

    private void signers() {
        if (!filter.signers().isEmpty()) {
            where.add("r.signer = ANY (" + bind(filter.signers().toArray(String[]::new)) + ")");
        }
    }

    private void between(String column, @Nullable Instant after, @Nullable Instant before) {
        if (after != null) {
            and(column, ">=", Timestamps.of(after));
        }
        if (before != null) {
            and(column, "<", Timestamps.of(before));
        }
    }

    private static @Nullable Buffer buffer(byte @Nullable [] octets) {
        return octets == null ? null : Buffer.buffer(octets);
    }

    private static Integer[] boxed(int... keys) {
        Integer[] boxed = new Integer[keys.length];
        for (int i = 0; i < keys.length; i++) {
            boxed[i] = keys[i];
        }
        return boxed;
    }
}
