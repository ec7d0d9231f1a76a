package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.DatabaseLog;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.ServerLog;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reliability C2: certificates that are signed, and that the database then refuses to store: as they are written, and as
 * late as at the commit. They are nowhere, count for no limit, and whoever asks again gets another one.
 */
class SignedButNotStoredIT {
    /** Says which it refuses: nothing else tells that it was signed. */
    private static final String FAULT = """
            CREATE OR REPLACE FUNCTION wants_error() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM generations g WHERE g.request_id = NEW.request_id
                           AND g.generation = NEW.generation AND g.common_name LIKE '%.wantserror.test')
                THEN
                    RAISE EXCEPTION 'as wanted, not %', NEW.serial;
                END IF;
                RETURN NEW;
            END $$
            """;

    private static final Pattern REFUSED = Pattern.compile("as wanted, not ([0-9a-f]+)");

    /** Everything that an issuance writes, for the request with that common name. */
    private static final String TRACES = """
            SELECT 'generation ' || g.generation || ' ' || g.state AS trace
            FROM generations g WHERE g.common_name = $1
            UNION ALL SELECT 'certificate ' || c.serial FROM certificates c JOIN generations g
              ON g.request_id = c.request_id AND g.generation = c.generation WHERE g.common_name = $1
            UNION ALL SELECT 'event ' || e.position || ' ' || e.state FROM events e
              WHERE e.object_id IN (SELECT g.request_id FROM generations g WHERE g.common_name = $1)
            UNION ALL SELECT 'record ' || a.id || ' ' || a.action || ' ' || a.outcome FROM audit_events a
              WHERE a.object_id IN (SELECT g.request_id FROM generations g WHERE g.common_name = $1)
            UNION ALL SELECT 'request ' || r.id || ' ' || r.position || ' ' || r.updated || ' ' || r.renew_failures
              FROM signing_requests r WHERE r.id IN (SELECT g.request_id FROM generations g WHERE g.common_name = $1)
            ORDER BY trace
            """;

    /** What belongs to no request that is there. */
    private static final String ORPHANS = """
            SELECT 'certificate ' || c.id AS trace FROM certificates c
            WHERE c.request_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM signing_requests r WHERE r.id = c.request_id)
            UNION ALL SELECT 'event ' || e.position FROM events e WHERE e.kind = 'signing_request'
              AND NOT EXISTS (SELECT 1 FROM signing_requests r WHERE r.id = e.object_id)
            UNION ALL SELECT 'record ' || a.id FROM audit_events a
              WHERE a.action IN ('submit', 'approve', 'renew') AND a.outcome = 'done'
              AND NOT EXISTS (SELECT 1 FROM signing_requests r WHERE r.id = a.object_id)
            """;

    /** How a certificate would look: as PEM, in base64, as the database writes bytes, and the name in it. */
    private static final List<String> FORBIDDEN = List.of("BEGIN CERT", "MIIB", "MIIC", "\\x30", "wantserror.test");

    @RegisterExtension
    static final TestServer server =
            TestServer.standard().approval(Approval.GRANTS_OR_PERSON, false).limit(1, Duration.ofDays(7));

    private ServerLog log;
    private String mark;

    /** When the database says no. */
    enum Moment {
        WRITE("CREATE TRIGGER wants_error BEFORE INSERT ON certificates FOR EACH ROW EXECUTE FUNCTION wants_error()"),
        COMMIT("CREATE CONSTRAINT TRIGGER wants_error AFTER INSERT ON certificates DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION wants_error()");

        private final String trigger;

        Moment(String trigger) {
            this.trigger = trigger;
        }

        String name(String host) {
            return host + "." + name().toLowerCase(Locale.ROOT) + ".wantserror.test";
        }
    }

    @BeforeEach
    void openTheLogs() {
        log = ServerLog.open();
        mark = server.databaseLog().mark();
    }

    private static void fail(Moment moment) {
        run(FAULT);
        run(moment.trigger);
    }

    /** Whatever else became of it, what was refused was never stored later. */
    @AfterEach
    void closeTheLogs() {
        takeTheFaultAway();
        log.close();
        String[] refused = refused().toArray(String[]::new);
        assertThat(refused).isNotEmpty();
        assertThat(texts("SELECT serial AS trace FROM certificates WHERE serial = ANY ($1)", Tuple.of(refused)))
                .isEmpty();
    }

    private static void takeTheFaultAway() {
        run("DROP TRIGGER IF EXISTS wants_error ON certificates");
    }

    private static String pem(String name) {
        return TestCsrs.withSubject(TestCsrs.keyPair(), "CN=" + name, name);
    }

    @ParameterizedTest
    @EnumSource
    void submission_leavesNoTrace_harmsNoNeighbour_andIsSignedAnew(Moment moment) {
        fail(moment);
        List<String> names = new ArrayList<>();
        List<String> pems = new ArrayList<>();
        List<CompletableFuture<Exchange>> failing = new ArrayList<>();
        List<CompletableFuture<Exchange>> neighbours = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            if (i % 10 == 3) {
                names.add(moment.name("n" + i));
                pems.add(pem(moment.name("n" + i)));
                failing.add(server.administrator().submitAsync(pems.get(pems.size() - 1)));
            }
            neighbours.add(server.administrator()
                    .submitAsync(pem("n" + i + "." + moment.name().toLowerCase(Locale.ROOT) + ".test")));
        }

        neighbours.forEach(call -> ApiClient.value(call).expect(201));
        failing.forEach(call -> requireHonest(ApiClient.value(call)));
        names.forEach(name -> assertThat(traces(name)).isEmpty());
        assertThat(refused()).hasSameSizeAs(names);
        requireNothingKnown();

        takeTheFaultAway();
        for (int i = 0; i < names.size(); i++) {
            assertThat(server.administrator().submit(pems.get(i)).expect(201).certificates())
                    .hasSize(1);
            server.administrator().submit(pems.get(i)).expectProblem(409, "duplicate");
        }
    }

    @ParameterizedTest
    @EnumSource
    void approval_leavesItHeld_andMayBeSaidAgain(Moment moment) {
        EnrolledAgent agent = server.agent("granted.test");
        String name = moment.name("held");
        Exchange held = agent.api().submit(pem(name)).expect(201);
        assertThat(held.state()).isEqualTo("PENDING");
        String approve = ApiClient.REQUESTS + "/" + held.id() + "/approve";
        List<String> before = traces(name);
        fail(moment);

        requireHonest(server.administrator().post(approve, Bodies.object().put("reason", "asked by phone")));
        assertThat(refused()).hasSize(1);
        assertThat(traces(name)).isEqualTo(before);
        Exchange still = server.administrator().request(held.id()).expect(200);
        assertThat(still.state()).isEqualTo("PENDING");
        assertThat(still.certificates()).isEmpty();
        requireNothingKnown();

        takeTheFaultAway();
        Exchange issued = server.administrator()
                .post(approve, Bodies.object().put("reason", "asked again"))
                .expect(200);
        assertThat(issued.state()).isEqualTo("ISSUED");
        assertThat(issued.certificates()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void renewal_leavesTheCertificateOfBefore_harmsNoNeighbour_andIsMadeLater(Moment moment) {
        String name = moment.name("renewed");
        Exchange made = server.administrator().submit(pem(name)).expect(201);
        String neighbour = server.administrator()
                .submit(pem("renewed." + moment.name().toLowerCase(Locale.ROOT) + ".test"))
                .expect(201)
                .id();
        fail(moment);
        makeDue(made.id(), neighbour);

        Until.is(() -> certificatesOf(neighbour) == 2, "what is due beside it is renewed");
        Until.is(
                () -> server.administrator()
                        .request(made.id())
                        .expect(200)
                        .at("/status/message")
                        .asText()
                        .startsWith("not-stored: "),
                "its status says why it is not");
        Exchange still = server.administrator().request(made.id()).expect(200);
        assertThat(still.state()).isEqualTo("ISSUED");
        assertThat(still.certificateIds()).isEqualTo(made.certificateIds());
        assertThat(traces(name))
                .filteredOn(trace -> trace.startsWith("certificate ") || trace.endsWith(" renew done"))
                .hasSize(1);
        requireNothingKnown();

        takeTheFaultAway();
        makeDue(made.id());
        Until.is(() -> certificatesOf(made.id()) == 2, "it is renewed");
    }

    private static int certificatesOf(String id) {
        return server.administrator().request(id).expect(200).certificates().size();
    }

    /** Ours, told so, and with nothing in it of what was signed or of why. */
    private static void requireHonest(Exchange failed) {
        failed.expectProblem(500, "internal");
        assertThat(failed.body().toString()).doesNotContain(FORBIDDEN).doesNotContain("as wanted", "serial");
    }

    /** Nothing stands anywhere without its request, and no log tells more of a certificate than the fault itself. */
    private void requireNothingKnown() {
        assertThat(texts(ORPHANS, Tuple.tuple())).isEmpty();
        assertThat(log.text()).doesNotContain(FORBIDDEN);
        DatabaseLog databases = server.databaseLog();
        if (databases.isOurs()) {
            assertThat(databases.since(mark)).contains("as wanted").doesNotContain(FORBIDDEN);
        }
    }

    private static List<String> traces(String name) {
        return texts(TRACES, Tuple.of(name));
    }

    private static List<String> texts(String sql, Tuple values) {
        List<String> texts = new ArrayList<>();
        for (Row row : Await.value(server.database().query(sql, values))) {
            texts.add(row.getString("trace"));
        }
        return texts;
    }

    /** The serial numbers of what was signed and not stored. */
    private Set<String> refused() {
        Set<String> serials = new TreeSet<>();
        Matcher matcher = REFUSED.matcher(log.text());
        while (matcher.find()) {
            serials.add(matcher.group(1));
        }
        return serials;
    }

    /** All in one moment, so that the clock takes them together. */
    private static void makeDue(String... ids) {
        Await.value(server.database()
                .query(
                        "UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = ANY ($1)",
                        Tuple.of(ids)));
    }

    private static void run(String sql) {
        Await.value(server.database().pool().query(sql).execute());
    }
}
