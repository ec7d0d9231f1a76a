package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadingIT {
    /** Well below what is waited for: an answer within it was not the end of a wait. */
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void everyAnswer_isDatedByTheServersClock() {
        String made = server.administrator()
                .submit(TestCsrs.p256("dated.test"))
                .expect(201)
                .id();
        Exchange read = server.administrator().request(made).expect(200);
        for (Exchange answer : List.of(
                read,
                server.administrator()
                        .request(made, "If-None-Match", read.etag())
                        .expect(304),
                server.nobody().request(made).expect(401),
                server.administrator().get("/v1/nothing").expect(404))) {
            Instant dated = DateTimeFormatter.RFC_1123_DATE_TIME.parse(answer.header("Date"), Instant::from);
            assertThat(Duration.between(dated, server.clock().instant()).abs())
                    .as(answer.call())
                    .isLessThan(Duration.ofHours(1));
        }
    }

    @Test
    void get_withTheKnownEtag_isNotModified_untilItChanges() {
        String pem = TestCsrs.p256("etag.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        String path = ApiClient.REQUESTS + "/" + made.id();

        Exchange unchanged =
                server.administrator().get(path, "If-None-Match", made.etag()).expect(304);
        assertThat(unchanged.etag()).isEqualTo(made.etag());
        server.administrator()
                .get(path, "If-None-Match", "\"other\", W/" + made.etag())
                .expect(304);

        server.administrator()
                .put(path, Bodies.request(pem, "auto_renew", false))
                .expect(200);
        Exchange changed =
                server.administrator().get(path, "If-None-Match", made.etag()).expect(200);
        assertThat(changed.etag()).isNotEqualTo(made.etag());
    }

    @Test
    void get_ofAnotherSelection_hasAnotherEtag() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("selection.test")).expect(201);
        String path = ApiClient.REQUESTS + "/" + made.id();

        String one = server.administrator()
                .get(path + "?limit_csr_certificates=1")
                .expect(200)
                .etag();
        String updates = server.administrator()
                .get(path + "?get_certificate_updates=true")
                .expect(200)
                .etag();

        assertThat(List.of(one, updates, made.etag())).doesNotHaveDuplicates();
    }

    @Test
    void get_thatPrefersToWait_answersAtOnceWhereNothingIsUnderWay() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("verdict.test")).expect(201);

        Exchange answer = server.administrator()
                .within(SOON)
                .request(made.id(), "Prefer", "wait=60")
                .expect(200);

        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=60");
    }

    @Test
    void get_thatWaitsForAChange_waitsAsLongAsItSays_orUntilThereIsOne() {
        String pem = TestCsrs.p256("quiet.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        CompletableFuture<Exchange> longer = waiting(made.id(), "If-None-Match", made.etag());

        Exchange shorter = server.administrator()
                .within(SOON)
                .request(made.id(), "Prefer", "wait=1", "If-None-Match", made.etag())
                .expect(304);

        assertThat(shorter.header("Preference-Applied")).isEqualTo("wait=1");
        assertThat(longer).isNotDone();
        server.administrator()
                .replace(made.id(), Bodies.request(pem, "uid", "changed"))
                .expect(200);
        Exchange answer = ApiClient.value(longer).expect(200);
        assertThat(answer.header("Preference-Applied")).isEqualTo("wait=60");
        assertThat(answer.text("/spec/uid")).isEqualTo("changed");
    }

    @Test
    void get_ofWhatIsPending_waitsForTheVerdict() {
        String pem = TestCsrs.p256("pending.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        server.administrator()
                .delete(ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0))
                .expect(204);
        CompletableFuture<Exchange> longer = waiting(made.id());

        Exchange shorter = server.administrator()
                .within(SOON)
                .request(made.id(), "Prefer", "wait=1")
                .expect(200);

        assertThat(shorter.state()).isEqualTo("PENDING");
        assertThat(longer).isNotDone();
        server.second().administrator().replace(made.id(), Bodies.request(pem)).expect(200);
        Exchange answer = ApiClient.value(longer).expect(200);
        assertThat(answer.state()).isEqualTo("ISSUED");
        assertThat(answer.certificates()).hasSize(1);
    }

    /** One that is to be answered long before its wait is over. */
    private static CompletableFuture<Exchange> waiting(String id, String... headers) {
        String[] all = Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Prefer";
        all[headers.length + 1] = "wait=60";
        return server.administrator().within(SOON).sendAsync("GET", ApiClient.REQUESTS + "/" + id, null, all);
    }

    @Test
    void get_thatWaitsForAChange_isWokenByAnotherServer() {
        String pem = TestCsrs.p256("woken.test");
        Exchange made = server.administrator().submit(pem).expect(201);
        List<CompletableFuture<Exchange>> waiting = Stream.generate(
                        () -> waiting(made.id(), "If-None-Match", made.etag()))
                .limit(8)
                .toList();
        server.administrator()
                .request(made.id(), "Prefer", "wait=1", "If-None-Match", made.etag())
                .expect(304);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);

        server.second()
                .administrator()
                .replace(made.id(), Bodies.request(pem, "uid", "changed"))
                .expect(200);

        for (CompletableFuture<Exchange> one : waiting) {
            Exchange woken = ApiClient.value(one).expect(200);
            assertThat(woken.text("/spec/uid")).isEqualTo("changed");
        }
    }

    @Test
    void get_withUpdates_tellsTheIssuances() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("updates.test")).expect(201);
        String path = ApiClient.REQUESTS + "/" + made.id();

        Exchange without = server.administrator().get(path).expect(200);
        Exchange with = server.administrator()
                .get(path + "?get_certificate_updates=true")
                .expect(200);
        Exchange beyond = server.administrator()
                .get(path + "?get_certificate_updates=true&certificate_updates_start_cursor=1"
                        + "&certificate_updates_end_cursor=5")
                .expect(200);

        assertThat(without.at("/status/certificate_updates")).isEmpty();
        assertThat(with.at("/status/certificate_updates")).hasSize(1);
        assertThat(with.text("/status/certificate_updates/0/spec/reason")).isEqualTo("issued");
        assertThat(beyond.at("/status/certificate_updates")).isEmpty();
    }

    @Test
    void get_withAnotherPrivateKeyId_isUnknown() {
        Exchange made = server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("keyid.test"), "private_key_id", "abc"))
                .expect(201);
        String path = ApiClient.REQUESTS + "/" + made.id();

        server.administrator().get(path + "?private_key_id=abc").expect(200);
        server.administrator().get(path + "?private_key_id=abd").expectProblem(404, "unknown");
    }

    @Test
    void list_isNarrowedByEachParameter() {
        EnrolledAgent agent = server.agent("*.list.test");
        Exchange first = agent.api().submit(TestCsrs.p256("a.list.test")).expect(201);
        Exchange second = agent.api()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("b.list.test"), "auto_renew", false))
                .expect(201);
        Exchange third = agent.api()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.p256("c.list.test"), "target_issuer", "perennial.dev/client"))
                .expect(201);

        assertThat(ids(agent, "")).containsExactly(first.id(), second.id(), third.id());
        assertThat(ids(agent, "?org_id=default")).hasSize(3);
        assertThat(ids(agent, "?limit=2")).containsExactly(first.id(), second.id());
        assertThat(ids(agent, "?auto_renew=false")).containsExactly(second.id());
        assertThat(ids(agent, "?auto_renew=true")).containsExactly(first.id(), third.id());
        assertThat(ids(agent, "?reason=issued")).hasSize(3);
        assertThat(ids(agent, "?reason=pending")).isEmpty();
        assertThat(ids(agent, "?reason=failed")).isEmpty();
        assertThat(ids(agent, "?target_issuer=perennial.dev/client")).containsExactly(third.id());
        assertThat(ids(agent, "?target_issuer=perennial.dev/client&target_issuer=agilicus-private"))
                .hasSize(3);
        assertThat(ids(agent, "?not_valid_after=in+30+days")).isEmpty();
        assertThat(ids(agent, "?not_valid_after=in+13+weeks")).hasSize(3);
        String answered = "?limit_csr_certificates=1&get_certificate_updates=true";
        assertThat(ids(agent, answered)).hasSize(3);
    }

    /** The agent's own, by either path. */
    private static List<String> ids(EnrolledAgent agent, String query) {
        List<String> ids = idsOf(agent, ApiClient.REQUESTS + query);
        assertThat(idsOf(agent, ApiClient.AGENTS + "/" + agent.id() + "/certificate_signing_requests" + query))
                .isEqualTo(ids);
        return ids;
    }

    private static List<String> idsOf(EnrolledAgent agent, String path) {
        List<String> ids = new ArrayList<>();
        agent.api()
                .get(path)
                .expect(200)
                .at("/certificate_signing_requests")
                .forEach(one -> ids.add(one.at("/metadata/id").asText()));
        return ids;
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0",
        "limit=-1",
        "limit=501",
        "limit=1&limit=2",
        "limit=ten",
        "limit=%2B5",
        "limit=+5",
        "limit=99999999999",
        "auto_renew=yes",
        "reason=lost",
        "not_valid_after=someday",
        "limit_csr_certificates=0",
        "limit_csr_certificates=501",
        "get_certificate_updates=1",
        "certificate_updates_start_cursor=-1",
        "org_id=",
        "org_id=%00"
    })
    void list_withAParameterOutOfRange_namesIt(String query) {
        Exchange refused =
                server.administrator().get(ApiClient.REQUESTS + "?" + query).expectProblem(400, "malformed");

        assertThat(refused.detail()).contains(query.substring(0, query.indexOf('=')));
    }

    @Test
    void roots_areForEverybody() {
        Exchange roots = server.nobody().get("/v1/root_certificates").expect(200);

        assertThat(roots.text("/root_certificates/0/spec/certificate").strip())
                .isEqualTo(server.first().roots().strip());
        server.nobody()
                .get("/v1/root_certificates", "If-None-Match", roots.etag())
                .expect(304);
    }
}
