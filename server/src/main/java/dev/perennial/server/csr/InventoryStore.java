package dev.perennial.server.csr;

import dev.perennial.server.csr.Page.Position;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Scope;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of searches: what of a search lies in one window of its order. A statement is put together of constant pieces
 * for just the filters that are asked for, so that each set of them has its own plan; values are always bound.
 */
final class InventoryStore {
    private static final String CERTIFICATES = "certificates c";
    private static final String REQUESTS = "signing_requests r";
    private static final String CURRENT = " JOIN generations g ON g.request_id = r.id AND g.generation = r.generation";

    // From each row to those that belong to it, one by one: the fences (OFFSET 0) keep the planner from joining a whole
    // table, since it cannot know how few rows a window leaves.

    private static final String ITS_REQUEST = """

            LEFT JOIN LATERAL (SELECT owner, agent_id, signer FROM signing_requests y WHERE y.id = c.request_id OFFSET 0) r
             ON true""";

    private static final String ITS_GENERATION = """

            CROSS JOIN LATERAL (SELECT number, identifiers, common_name, spki_sha256 FROM generations y
             WHERE y.request_id = c.request_id AND y.generation = c.generation OFFSET 0) g""";

    private static final String CURRENT_OF_EACH = """

            CROSS JOIN LATERAL (SELECT number, identifiers, common_name, spki_sha256, state, live FROM generations y
             WHERE y.request_id = r.id AND y.generation = r.generation OFFSET 0) g""";

    private static final String CERTIFICATE_COLUMNS = """

            CROSS JOIN LATERAL (SELECT id, number, org_id, request_id, generation, issuer_id, serial, sha256, not_before,
             not_after, revoked, created FROM certificates y WHERE y.request_id =""";

    private static final String CERTIFICATES_OF =
            CERTIFICATE_COLUMNS + " g.request_id AND y.generation = g.generation OFFSET 0) c";

    private static final String ALL_OF_THEIRS = CERTIFICATE_COLUMNS + " r.id OFFSET 0) c";

    private static final String REQUEST_COLUMNS =
            "SELECT id, number, org_id, owner, agent_id, signer, auto_renew, generation, withdrawn FROM signing_requests";

    private static final String REQUEST_OF = " CROSS JOIN LATERAL (" + REQUEST_COLUMNS
            + " y WHERE y.id = g.request_id AND y.generation = g.generation OFFSET 0) r";

    /** Found by their own indexes before anything else. */
    private static final String FEW_REQUESTS = "(" + REQUEST_COLUMNS + "%s OFFSET 0) r";

    private static final String ARE_FEW =
            "SELECT count(*) AS counted FROM (SELECT 1 FROM signing_requests%s LIMIT %d) AS found";

    /** So many blocks are compared one by one in less time than the index of keys takes to name those of a segment. */
    private static final long FEW_BLOCKS = 128;

    /**
     * The generations of the blocks that have such keys. The planner knows neither how many a window has nor how many of
     * them have the keys, so it is told: a narrow one goes by the blocks, a wide one by the keys, and the block is made no
     * business of its index.
     */
    private static final String BLOCKS = "SELECT block FROM name_blocks WHERE %s BETWEEN %s AND %s%s";

    private static final String FROM_BLOCKS = """
            (%s) b CROSS JOIN LATERAL (
                SELECT x.request_id, x.generation, x.number, x.identifiers, x.common_name, x.spki_sha256, x.state, x.live
                FROM generations x WHERE x.number BETWEEN b.block * 16 AND b.block * 16 + 15 OFFSET 0) g
            """;

    private static final String KNOWN_BLOCKS = "SELECT unnest(%s::bigint[]) AS block";

    private static final String FROM_GENERATIONS = "generations g";

    /** So many of them fill a page if two names in twenty are what is asked for. */
    private static final int MOST_BLOCKS = 64;

    private static final int FEW = 2_000;

    private final Database database;

    InventoryStore(Database database) {
        this.database = database;
    }

    /** @param scope what its caller may see at all */
    record Search(InventoryAxis axis, Scope scope, InventoryFilter filter, Instant now) {
        private boolean asksOfRequests() {
            return scope.owner() != null
                    || filter.agentId() != null
                    || !filter.signers().isEmpty();
        }
    }

    /** The least and the greatest major number there is; generations after {@code indexed} are not in the index. */
    record Bounds(long least, long most, long indexed) {}

    /** One object that was found, and its place. */
    record Found(String id, Position position) {}

    /**
     * A part of an axis, both ends included.
     *
     * @param few whether {@link #asksForFewRequests}
     * @param after what comes after this alone; null for all of it
     * @param blocks the only ones that have the keys; null where that was not asked
     */
    record Window(
            long least,
            long most,
            boolean indexed,
            boolean few,
            boolean backward,
            @Nullable Position after,
            @Nullable List<Long> blocks) {
        /** As far as to the last of the blocks, where more of them may follow. */
        private Window of(List<Long> blocks, boolean all) {
            long last = all ? 0 : blocks.get(blocks.size() - 1) * NameKeys.BLOCK;
            return new Window(
                    all || !backward ? least : Math.max(least, last),
                    all || backward ? most : Math.min(most, last + NameKeys.BLOCK - 1),
                    indexed,
                    few,
                    backward,
                    after,
                    blocks);
        }
    }

    /** Null where there is nothing at all. */
    Future<@Nullable Bounds> bounds(InventoryAxis axis) {
        return database.query(axis.bounds(), Tuple.tuple()).map(rows -> {
            Row row = rows.iterator().next();
            Long least = row.getLong("least");
            return least == null ? null : new Bounds(least, row.getLong("most"), row.getLong("indexed"));
        });
    }

    /**
     * As much of a window as its nearest blocks are in. All that is found in a window is joined and sorted before the first
     * are taken, so a wide one, chosen after many without a find, ends where it meets a dense stretch.
     */
    Future<Window> nearest(Search search, Window window) {
        if (!window.indexed() || !isWide(window)) {
            return Future.succeededFuture(window);
        }
        InventoryConditions conditions = new InventoryConditions(search);
        String sql = blocks(window, conditions) + " ORDER BY block" + (window.backward() ? " DESC" : "") + " LIMIT "
                + MOST_BLOCKS;
        return database.query(sql, conditions.values()).map(rows -> {
            List<Long> blocks = new ArrayList<>();
            rows.forEach(row -> blocks.add(row.getLong("block")));
            return window.of(blocks, blocks.size() < MOST_BLOCKS);
        });
    }

    /** The first so many in the window, in order. */
    Future<List<Found>> find(Search search, Window window, int limit) {
        InventoryConditions conditions = new InventoryConditions(search);
        String rest = rest(search, window, conditions);
        String direction = window.backward() ? " DESC" : "";
        InventoryAxis axis = search.axis();
        String sql = "SELECT " + axis.id + " AS id, " + axis.majorNumber() + " AS major, " + axis.minor + " AS minor"
                + rest + " ORDER BY " + axis.major + direction + ", " + axis.minor + direction + " LIMIT "
                + conditions.bind(limit);
        return database.query(sql, conditions.values()).map(rows -> {
            List<Found> found = new ArrayList<>();
            rows.forEach(row -> found.add(
                    new Found(row.getString("id"), new Position(row.getLong("major"), row.getLong("minor")))));
            return found;
        });
    }

    /** How many are in the window, but counted no further than to {@code most}. */
    Future<Integer> count(Search search, Window window, int most) {
        InventoryConditions conditions = new InventoryConditions(search);
        String rest = rest(search, window, conditions);
        String sql =
                "SELECT count(*) AS counted FROM (SELECT 1" + rest + " LIMIT " + conditions.bind(most) + ") AS found";
        return database.query(sql, conditions.values())
                .map(rows -> rows.iterator().next().getInteger("counted"));
    }

    private static String rest(Search search, Window window, InventoryConditions conditions) {
        InventoryAxis axis = search.axis();
        String from = from(search, window, conditions);
        if (axis.isOfRequests()) {
            conditions.ofRequests();
        } else {
            conditions.ofCertificates(search.now());
        }
        conditions.ofGenerations();
        conditions.and(axis.major, ">=", axis.value(window.least()));
        conditions.and(axis.major, "<=", axis.value(window.most()));
        Position after = window.after();
        if (after != null) {
            conditions.and(
                    "(" + axis.major + ", " + axis.minor + ")",
                    window.backward() ? "<" : ">",
                    "(" + conditions.bind(axis.value(after.major())) + ", " + conditions.bind(after.minor()) + ")");
        }
        return " FROM " + from + conditions.where();
    }

    /** Whether the agent or the signers that it asks for have so few requests that all of them can be looked through. */
    Future<Boolean> asksForFewRequests(Search search) {
        if (!search.asksOfRequests()) {
            return Future.succeededFuture(false);
        }
        InventoryConditions conditions = new InventoryConditions(search);
        String sql = ARE_FEW.formatted(conditions.requestsOnly(), FEW + 1);
        return database.query(sql, conditions.values())
                .map(rows -> rows.iterator().next().getInteger("counted") <= FEW);
    }

    private static String from(Search search, Window window, InventoryConditions conditions) {
        InventoryAxis axis = search.axis();
        boolean named = search.filter().asksForNamesOrKeys();
        if (window.few()) {
            String few = FEW_REQUESTS.formatted(conditions.requestsOnly());
            return few + (axis.isOfRequests() ? CURRENT_OF_EACH : ALL_OF_THEIRS + (named ? ITS_GENERATION : ""));
        }
        String request = search.asksOfRequests() ? ITS_REQUEST : "";
        return switch (axis) {
            case CERTIFICATES_BY_NUMBER, CERTIFICATES_BY_EXPIRY ->
                CERTIFICATES + request + (named ? ITS_GENERATION : "");
            case CERTIFICATES_BY_GENERATION -> generations(window, conditions) + CERTIFICATES_OF + request;
            case REQUESTS_BY_NUMBER -> REQUESTS + CURRENT;
            case REQUESTS_BY_GENERATION -> generations(window, conditions) + REQUEST_OF;
        };
    }

    private static String generations(Window window, InventoryConditions conditions) {
        if (!window.indexed()) {
            return FROM_GENERATIONS;
        }
        List<Long> known = window.blocks();
        return FROM_BLOCKS.formatted(
                known == null
                        ? blocks(window, conditions)
                        : KNOWN_BLOCKS.formatted(conditions.bind(known.toArray(Long[]::new))));
    }

    private static String blocks(Window window, InventoryConditions conditions) {
        return BLOCKS.formatted(
                isWide(window) ? "block + 0" : "block",
                conditions.bind(firstBlock(window)),
                conditions.bind(lastBlock(window)),
                conditions.keys(window));
    }

    private static boolean isWide(Window window) {
        return lastBlock(window) - firstBlock(window) >= FEW_BLOCKS;
    }

    private static long firstBlock(Window window) {
        return window.least() / NameKeys.BLOCK;
    }

    private static long lastBlock(Window window) {
        return window.most() / NameKeys.BLOCK;
    }
}
