package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit record over the API: what gets into it of changes and refusals, and how it is read. */
class AuditEventsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void change_isReadWithWhoFromWhereAndByWhichCall() {
        EnrolledAgent agent = server.agent("**");
        Exchange made = agent.api()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("read.test")), "X-Request-Id", "call-of-mine")
                .expect(201);

        JsonNode row = only("object_id=" + made.id());
        assertThat(row.path("actor").asText()).isEqualTo("agent:" + agent.id());
        assertThat(row.path("org_id").asText()).isEqualTo("default");
        assertThat(row.path("source").asText()).isEqualTo("127.0.0.1");
        assertThat(row.path("action").asText()).isEqualTo("submit");
        assertThat(row.path("outcome").asText()).isEqualTo("done");
        assertThat(row.path("http_request").asText()).isEqualTo("call-of-mine");
        assertThat(only("http_request=call-of-mine")).isEqualTo(row);
        assertThat(administrator("/" + row.path("id").asText()).body()).isEqualTo(row);
    }

    @Test
    void row_tellsItsSealOnceItHasOne() {
        EnrolledAgent agent = server.agent("**");
        server.clock().advance(Duration.ofSeconds(11));
        Until.is(() -> rows("object_id=" + agent.id() + "&action=enrol").get(0).has("seal"), "the row is sealed");
    }

    @Test
    void refusalOfAKnownCaller_isARow() {
        EnrolledAgent agent = server.agent("granted.test");
        String id = "0000000000000000000000";
        agent.api().delete(ApiClient.TOKENS + "/" + id).expect(403);

        JsonNode row = only("outcome=refused&actor=agent:" + agent.id());
        assertThat(row.path("action").asText()).isEqualTo("DELETE /v1/enrolment_tokens/:enrolment_token_id");
        assertThat(row.path("object_id").asText()).isEqualTo(id);
        assertThat(row.path("reason").asText()).startsWith("unauthorized: ");
        assertThat(row.path("org_id").asText()).isEqualTo("default");
    }

    /** Of another organisation or of nobody: the row tells no more than the answer did. */
    @Test
    void whatIsNotThereForTheCaller_isARefusal() {
        String org = server.organisation("**");
        Exchange theirs = server.accountOf(org, List.of("requester"), "**")
                .api()
                .post(ApiClient.REQUESTS, Bodies.with(Bodies.request(TestCsrs.p256("theirs.test")), "org_id", org))
                .expect(201);
        MadeAccount prober = server.account(List.of("administrator"));
        prober.api().get(ApiClient.REQUESTS + "/" + theirs.id()).expectProblem(404, "unknown");
        prober.api().get(ApiClient.REQUESTS + "/0000000000000000000000").expectProblem(404, "unknown");

        List<JsonNode> rows = new ArrayList<>();
        rows("outcome=refused&actor=account:" + prober.id()).forEach(rows::add);
        assertThat(rows)
                .extracting(row -> row.path("object_id").asText())
                .containsExactly("0000000000000000000000", theirs.id());
        for (JsonNode row : rows) {
            assertThat(row.path("action").asText()).isEqualTo("GET /v1/certificate_signing_requests/:csr_id");
            assertThat(row.path("reason").asText()).isEqualTo("unknown: there is no such request");
            assertThat(row.path("org_id").asText()).isEqualTo("default");
        }
    }

    @Test
    void refusalByPolicy_isOneRowNotTwo() {
        EnrolledAgent agent = server.agent("granted.test");
        agent.api().submit(TestCsrs.p256("refused.test")).expect(403);

        JsonNode row = only("outcome=refused&actor=agent:" + agent.id());
        assertThat(row.path("action").asText()).isEqualTo("submit");
        assertThat(row.path("reason").asText()).contains("refused.test");
    }

    /** More than are written out in two minutes, should one end meanwhile. */
    @Test
    void refusalsByPolicyWithoutEnd_areCounted() {
        EnrolledAgent agent = server.agent("granted.test");
        for (int call = 0; call < 150; call++) {
            agent.api().submit(TestCsrs.p256("refused.test")).expect(403);
        }
        server.clock().advance(Duration.ofMinutes(1));
        String many = "outcome=refused&limit=500&actor=agent:" + agent.id();
        Until.is(
                () -> rows(many).findValuesAsText("reason").stream().anyMatch(one -> one.endsWith("calls refused")),
                "the rest is counted");
        assertThat(rows(many).size()).isLessThanOrEqualTo(123);
    }

    @Test
    void retiredAgent_isKnownByName() {
        EnrolledAgent agent = server.agent("**");
        retire(server.administrator(), agent.id()).expect(200);
        agent.api().get(ApiClient.REQUESTS).expect(410);

        JsonNode row = only("outcome=refused&actor=agent:" + agent.id());
        assertThat(row.path("action").asText()).isEqualTo("authenticate");
        assertThat(row.path("reason").asText()).startsWith("retired: ");
        assertThat(row.path("org_id").asText())
                .as("those of its organisation see it")
                .isEqualTo("default");
    }

    @Test
    void refusalsOfUnknownCallers_areCountedAMinute() {
        String secret = "a-token-that-is-not-to-be-told";
        for (int call = 0; call < 7; call++) {
            server.nobody().withToken(secret).get(ApiClient.REQUESTS).expect(401);
        }
        server.clock().advance(Duration.ofMinutes(1));
        Until.is(() -> refusedUnknown() >= 7, "the refusals are in the record");
        for (JsonNode row : rows("actor=unknown&action=authenticate")) {
            assertThat(row.path("source").asText()).isEqualTo("127.0.0.1");
            assertThat(row.path("action").asText()).isEqualTo("authenticate");
            assertThat(row.toString()).doesNotContain(secret);
        }
        assertThat(rows("actor=unknown&action=authenticate").size()).isLessThanOrEqualTo(3);
    }

    /** What no credential was asked for is counted by what was tried. */
    @Test
    void strangersRecovery_isCountedByItsName() {
        BoundHost.enrolled(server).thief().recover().expect(401);
        server.clock().advance(Duration.ofMinutes(1));
        Until.is(
                () -> rows("actor=unknown&action=" + encoded("POST /v1/agent_connectors/:connector_id/recovery"))
                                .size()
                        == 1,
                "it is in the record");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static long refusedUnknown() {
        long calls = 0;
        for (JsonNode row : rows("actor=unknown&action=authenticate")) {
            calls += Long.parseLong(row.path("reason").asText().split(" ")[0]);
        }
        return calls;
    }

    @Test
    void pages_areCompleteAndRepeatNothingWhileRowsAreAdded() {
        EnrolledAgent agent = server.agent("**");
        List<String> before = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            before.add(agent.api()
                    .submit(TestCsrs.p256("page" + i + ".test"))
                    .expect(201)
                    .id());
        }
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            for (int i = 0; !over.get(); i++) {
                agent.api().submit(TestCsrs.p256("meanwhile" + i + ".test")).expect(201);
            }
        });

        List<Long> ids = new ArrayList<>();
        List<String> objects = new ArrayList<>();
        String token = "";
        int pages = 0;
        do {
            Exchange page = administrator("?limit=5&action=submit&actor=agent:" + agent.id() + token);
            for (JsonNode row : page.body().path("audit_events")) {
                ids.add(Long.parseLong(row.path("id").asText()));
                objects.add(row.path("object_id").asText());
            }
            token = page.body().has("next_page_token") ? "&page_token=" + page.text("/next_page_token") : "";
            pages++;
        } while (!token.isEmpty());
        over.set(true);
        writer.join();

        assertThat(pages).isGreaterThanOrEqualTo(5);
        assertThat(ids).doesNotHaveDuplicates().isSortedAccordingTo((a, b) -> Long.compare(b, a));
        assertThat(objects).containsAll(before);
    }

    @Test
    void since_andUntil_boundWhatIsRead() {
        EnrolledAgent agent = server.agent("**");
        JsonNode row = only("object_id=" + agent.id());
        Instant at = Instant.parse(row.path("at").asText());
        String mine = "object_id=" + agent.id();
        assertThat(rows(mine + "&since=" + at).size()).isOne();
        assertThat(rows(mine + "&until=" + at).size()).isZero();
        assertThat(rows(mine + "&since=" + at.plusMillis(1)).size()).isZero();
        assertThat(rows(mine + "&until=" + at.plusMillis(1)).size()).isOne();
        assertThat(rows(mine + "&source=127.0.0.1&org_id=default&outcome=done").size())
                .isOne();
        assertThat(rows(mine + "&source=192.0.2.1").size()).isZero();
        assertThat(rows(mine + "&org_id=other").size()).isZero();
    }

    /** Text of others is kept as it came, and is harmless in JSON. */
    @Test
    void controlCharacters_areKeptAndEscaped() {
        String reason = "a\u0007b\u001b[2J\u2028\"<script>";
        Await.value(server.database()
                .query(
                        "INSERT INTO audit_events (at, actor, source, action, object_id, outcome, reason, http_request)"
                                + " VALUES (now(), 'a', 's', 'x', 'control', 'failed', $1, '')",
                        Tuple.of(reason)));
        Exchange page = administrator("?object_id=control");
        assertThat(page.at("/audit_events/0/reason").asText()).isEqualTo(reason);
        assertThat(page.at("/audit_events/0").has("http_request")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "page_token=0",
                "page_token=-1",
                "page_token=x",
                "page_token=99999999999999999999",
                "limit=501",
                "outcome=maybe",
                "since=yesterday",
                "actor=",
                "until=2026-01-01"
            })
    void mistake_isSaid(String query) {
        server.administrator().get(ApiClient.AUDIT + "?" + query).expectProblem(400, "malformed");
    }

    @Test
    void onlyWhoMayReadAllOfTheOrganisation_reads_andOnlyItsRows() {
        EnrolledAgent agent = server.agent("**");
        String id = only("object_id=" + agent.id()).path("id").asText();
        ApiClient requester = server.account(List.of("requester"), "**").api();
        for (ApiClient no : List.of(agent.api(), requester)) {
            no.get(ApiClient.AUDIT).expectProblem(403, "unauthorized");
            no.get(ApiClient.AUDIT + "/" + id).expectProblem(403, "unauthorized");
        }
        server.nobody().get(ApiClient.AUDIT).expect(401);

        ApiClient reader = server.account(List.of("reader")).api();
        reader.get(ApiClient.AUDIT + "/" + id).expect(200);
        assertThat(reader.get(ApiClient.AUDIT).expect(200).body().findValuesAsText("org_id"))
                .isNotEmpty()
                .containsOnly("default");
        String elsewhere = server.organisation("elsewhere.test");
        ApiClient other = server.accountOf(elsewhere, List.of("reader")).api();
        other.get(ApiClient.AUDIT + "/" + id).expectProblem(404, "notFound");
        other.get(ApiClient.AUDIT + "?org_id=default").expectProblem(404, "notFound");
        JsonNode theirs = other.get(ApiClient.AUDIT).expect(200).body().path("audit_events");
        assertThat(theirs.findValuesAsText("org_id")).hasSize(theirs.size()).containsOnly(elsewhere);

        Await.value(server.database()
                .query(
                        "INSERT INTO audit_events (at, actor, source, action, outcome, http_request)"
                                + " VALUES (now(), 'unknown', 's', 'x', 'refused', 'of-nobody')",
                        Tuple.tuple()));
        String ofNobody = only("http_request=of-nobody").path("id").asText();
        reader.get(ApiClient.AUDIT + "/" + ofNobody).expectProblem(404, "notFound");
        for (String no : List.of("999999999999", "0", "x", "99999999999999999999")) {
            server.administrator().get(ApiClient.AUDIT + "/" + no).expectProblem(404, "notFound");
        }
    }

    private static Exchange retire(ApiClient caller, String id) {
        return ApiClient.value(caller.sendAsync("POST", ApiClient.AGENTS + "/" + id + "/retire", null));
    }

    private static JsonNode rows(String query) {
        return administrator("?" + query).body().path("audit_events");
    }

    private static JsonNode only(String query) {
        JsonNode rows = rows(query);
        assertThat(rows.size()).as(rows.toString()).isOne();
        return rows.get(0);
    }

    private static Exchange administrator(String path) {
        return server.administrator().get(ApiClient.AUDIT + path).expect(200);
    }
}
