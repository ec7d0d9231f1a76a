package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.csr.InventoryFilter.CertificateState;
import dev.perennial.server.csr.InventoryFilter.Order;
import dev.perennial.server.csr.InventoryRows.Filter;
import dev.perennial.server.csr.Page.Wanted;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches over more rows than a window holds, part of them in the index of names, part of them not yet. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class InventoryWindowsIT {
    @RegisterExtension
    static final PostgresExtension postgres = new PostgresExtension();

    private static final int ROWS = 5_000;

    /** It stands: no search has taken too long. */
    private final InstantSource clock = InstantSource.fixed(Instant.now());

    private final Database database = postgres.database();
    private final Inventory inventory = new Inventory(new InventoryStore(database), clock);

    @BeforeAll
    static void fill() {
        InventoryRows.fill(postgres.database(), 0, ROWS - 1);
        NameIndexing indexing =
                new NameIndexing(postgres.vertx(), postgres.database(), new NameIndexStore(postgres.database()));
        Await.value(indexing.strike());
        Await.value(indexing.strike());
        assertThat(InventoryRows.indexed(postgres.database())).isEqualTo(4_095);
    }

    private static List<String> expectedCertificates(String where, String order) {
        return InventoryRows.expectedCertificates(postgres.database(), where, order);
    }

    private static List<String> expectedRequests(String where) {
        return InventoryRows.expectedRequests(postgres.database(), where);
    }

    private List<String> certificates(Filter filter, int limit) {
        return InventoryRows.pages(
                limit, wanted -> Await.value(inventory.certificates(filter.scope(), filter.made(), wanted)));
    }

    private List<String> requests(Filter filter, int limit) {
        return InventoryRows.pages(
                limit, wanted -> Await.value(inventory.requests(filter.scope(), filter.made(), wanted)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example",
                "host4",
                "HOST499",
                "host4999.",
                "eu3.example",
                ".eu6.",
                "10.0.15.",
                "0.19.13",
                "person",
                "n 4500",
                "st12.eu",
                "absent",
                "zzz",
                "m10.",
                "comhost"
            })
    void partsOfNames_areFoundWhereverTheyAre_inOrder(String part) {
        String where =
                "strpos(lower(coalesce(g.common_name, '') || ' ' || replace(replace(array_to_string(g.identifiers,"
                        + " ' '), 'dns:', ''), 'ip:', '')), lower('" + part + "')) > 0";
        List<String> oldest = expectedCertificates(where, "g.number, c.number");
        List<String> newest = new ArrayList<>(oldest);
        Collections.reverse(newest);

        for (int limit : new int[] {7, 100, 500}) {
            if (limit > 7 || oldest.size() < 500) {
                assertThat(certificates(new Filter().part(part).order(Order.OLDEST), limit))
                        .isEqualTo(oldest);
                assertThat(certificates(new Filter().part(part), limit)).isEqualTo(newest);
                assertThat(requests(new Filter().part(part), limit)).isEqualTo(expectedRequests(where));
            }
        }
        assertThat(certificates(new Filter().part(part).org("org1").order(Order.OLDEST), 100))
                .isEqualTo(expectedCertificates(where + " AND c.org_id = 'org1'", "g.number, c.number"));
        assertThat(total(new Filter().part(part)))
                .isEqualTo(new Page.Total(
                        Math.min(oldest.size(), Inventory.MOST_COUNTED), oldest.size() > Inventory.MOST_COUNTED));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 16, 1023, 1024, 4095, 4096, 4999})
    void wholeNamesAndKeys_areFoundInTheIndexAndBehindIt(int i) {
        String name = "host" + i + ".eu" + i % 7 + ".example.com";
        List<String> expected = expectedCertificates("r.id = 'r" + i + "'", "c.number");

        assertThat(certificates(new Filter().name(name).order(Order.OLDEST), 100))
                .isEqualTo(expected);
        assertThat(requests(new Filter().name(name), 100)).containsExactly("r" + i);
        byte[] key = Await.value(database.query("SELECT sha256(('k' || $1 / 2)::bytea) AS key", Tuple.of(i)))
                .iterator()
                .next()
                .getBuffer("key")
                .getBytes();
        assertThat(requests(new Filter().key(key), 1)).containsExactly("r" + i / 2 * 2, "r" + (i / 2 * 2 + 1));
        assertThat(requests(new Filter().key(key).name(name), 1)).containsExactly("r" + i);
    }

    @ParameterizedTest
    @EnumSource(CertificateState.class)
    void states_areFound(CertificateState state) {
        String where =
                switch (state) {
                    case REVOKED -> "c.revoked IS NOT NULL";
                    case EXPIRED -> "c.revoked IS NULL AND c.not_after < now()";
                    case NOT_YET_VALID -> "false";
                    case VALID -> "c.revoked IS NULL AND c.not_after >= now()";
                };
        assertThat(certificates(new Filter().state(state), 400))
                .isEqualTo(expectedCertificates(where, "c.number DESC"));
        assertThat(certificates(new Filter().state(state).order(Order.EXPIRY), 400))
                .isEqualTo(expectedCertificates(where, "c.not_after, c.number"));
    }

    @Test
    void rareThings_areFoundAmongMany() {
        assertThat(certificates(new Filter().signer("rare").order(Order.OLDEST), 3))
                .isEqualTo(expectedCertificates("r.signer = 'rare'", "c.number"));
        assertThat(requests(new Filter().signer("rare"), 3)).isEqualTo(expectedRequests("r.signer = 'rare'"));
        assertThat(certificates(new Filter().agent("agent3"), 3))
                .isEqualTo(expectedCertificates("r.agent_id = 'agent3'", "c.number DESC"));
        assertThat(requests(new Filter().agent("agent3"), 3)).isEqualTo(expectedRequests("r.agent_id = 'agent3'"));
        assertThat(certificates(new Filter().agent("agent3").part("00.eu"), 3))
                .isEqualTo(expectedCertificates(
                        "r.agent_id = 'agent3' AND array_to_string(g.identifiers, ' ') LIKE '%00.eu%'",
                        "g.number DESC, c.number DESC"));
        assertThat(requests(new Filter().agent("agent3").part("host3"), 3))
                .isEqualTo(expectedRequests(
                        "r.agent_id = 'agent3' AND array_to_string(g.identifiers, ' ') LIKE '%host3%'"));
        assertThat(certificates(new Filter().agent("agent3").order(Order.EXPIRY), 3))
                .isEqualTo(expectedCertificates("r.agent_id = 'agent3'", "c.not_after, c.number"));
        assertThat(requests(new Filter().pending(), 3)).isEqualTo(expectedRequests("g.state = 'PENDING'"));
        assertThat(certificates(new Filter().issuer("ca2"), 499))
                .isEqualTo(expectedCertificates("c.issuer_id = 'ca2'", "c.number DESC"));
        assertThat(certificates(new Filter().serial("4e200"), 10)).containsExactly("c12500");
    }

    @Test
    void whoSeesOnlyItsOwn_findsAndCountsNothingElse() {
        Scope scope = new Scope("org0", "account:7", "agent3", List.of("rare"), List.of());
        String seen = "c.org_id = 'org0' AND (r.owner = 'account:7' OR r.agent_id = 'agent3' OR r.signer = 'rare')";
        for (Filter filter : List.of(new Filter(), new Filter().part("eu"), new Filter().order(Order.EXPIRY))) {
            List<String> expected = expectedCertificates(
                    filter.made().namePart() == null ? seen : seen + " AND g.identifiers[1] LIKE '%eu%'", "c.number");
            List<String> found =
                    InventoryRows.pages(3, wanted -> Await.value(inventory.certificates(scope, filter.made(), wanted)));
            assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
            Page<String> counted = Await.value(inventory.certificates(scope, filter.made(), new Wanted(1, null, true)));
            assertThat(counted.total()).isEqualTo(new Page.Total(expected.size(), false));
        }
        assertThat(InventoryRows.pages(
                        3,
                        wanted -> Await.value(inventory.requests(
                                scope, new Filter().part("eu").made(), wanted))))
                .isEqualTo(expectedRequests(seen.replace("c.org_id", "r.org_id")));
        Scope nobody = new Scope("org0", "account:none", null, List.of(), List.of());
        assertThat(Await.value(inventory.requests(nobody, new Filter().made(), new Wanted(1, null, true))))
                .isEqualTo(new Page<>(List.of(), null, new Page.Total(0, false)));
    }

    @Test
    void expiryWindows_areFoundInTheirOrder() {
        Filter filter = new Filter()
                .expires(
                        clock.instant().plus(Duration.ofDays(3)),
                        clock.instant().plus(Duration.ofDays(9)));
        String where = "c.not_after >= now() + interval '3 day' AND c.not_after < now() + interval '9 day'";

        assertThat(certificates(filter, 50)).isEqualTo(expectedCertificates(where, "c.not_after, c.number"));
        assertThat(certificates(filter.order(Order.OLDEST), 50)).isEqualTo(expectedCertificates(where, "c.number"));
    }

    @Test
    void pages_whileOthersAreAdded_areWholeAndWithoutRepeat() {
        for (Order order : List.of(Order.OLDEST, Order.NEWEST)) {
            List<String> before = expectedCertificates("c.org_id = 'org0'", "c.number");
            List<String> ids = new ArrayList<>();
            Page.Position after = null;
            int added = order == Order.OLDEST ? 10_000 : 20_000;
            do {
                Page<String> page = Await.value(inventory.certificates(
                        new Filter().org("org0").order(order).scope(),
                        new Filter().org("org0").order(order).made(),
                        new Wanted(400, after, false)));
                ids.addAll(page.items());
                after = page.next();
                if (added % 10_000 < 20) {
                    InventoryRows.fill(database, added, added + 3);
                    added += 4;
                }
            } while (after != null);
            assertThat(ids).doesNotHaveDuplicates().containsAll(before);
        }
    }

    /** Each statement takes longer than a page may. */
    @Test
    void pagesThatEndEarly_areWholeAllTheSame() {
        AtomicLong ticks = new AtomicLong(clock.instant().toEpochMilli());
        Inventory slow = new Inventory(new InventoryStore(database), () -> Instant.ofEpochMilli(ticks.addAndGet(300)));
        for (Order order : List.of(Order.OLDEST, Order.NEWEST)) {
            for (String part : List.of("host4999.", "host12", "absent")) {
                Filter filter = new Filter().part(part).order(order);
                assertThat(InventoryRows.pages(
                                20, wanted -> Await.value(slow.certificates(filter.scope(), filter.made(), wanted))))
                        .isEqualTo(certificates(filter, 20));
            }
        }
        Page<String> first = Await.value(slow.certificates(
                new Filter().part("absent").scope(), new Filter().part("absent").made(), new Wanted(20, null, true)));
        assertThat(first.items()).isEmpty();
        assertThat(first.next()).isNotNull();
        assertThat(first.total()).isEqualTo(new Page.Total(0, true));
    }

    @Test
    void positionsThatNobodyGave_doNoHarm() {
        for (Order order : Order.values()) {
            for (long major : new long[] {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE}) {
                for (long minor : new long[] {Long.MIN_VALUE, 0, Long.MAX_VALUE}) {
                    Wanted wanted = new Wanted(2, new Page.Position(major, minor), false);
                    Await.value(inventory.certificates(
                            new Filter().order(order).scope(),
                            new Filter().order(order).made(),
                            wanted));
                }
            }
        }
    }

    @Test
    void totals_areExact_upToTheCap() {
        int ofOne = expectedCertificates("c.issuer_id = 'ca1'", "c.number").size();
        assertThat(total(new Filter().issuer("ca1"))).isEqualTo(new Page.Total(ofOne, false));
        InventoryRows.fill(database, 30_000, 39_999);
        assertThat(total(new Filter())).isEqualTo(new Page.Total(Inventory.MOST_COUNTED, true));
    }

    private Page.@Nullable Total total(Filter filter) {
        return Await.value(inventory.certificates(filter.scope(), filter.made(), new Wanted(1, null, true)))
                .total();
    }
}
