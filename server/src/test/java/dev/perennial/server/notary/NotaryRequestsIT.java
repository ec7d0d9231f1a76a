package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.REQUESTS;
import static dev.perennial.server.notary.NotaryCalls.created;
import static dev.perennial.server.notary.NotaryCalls.csr;
import static dev.perennial.server.notary.NotaryCalls.post;
import static dev.perennial.server.notary.NotaryCalls.request;
import static dev.perennial.server.notary.NotaryCalls.status;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Certificate requests as upstream's page and contract have them: shapes, codes, texts and who sees what. */
class NotaryRequestsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private final ApiClient administrator =
            server.account(List.of("administrator")).api();
    private final ApiClient requester = server.account(List.of("requester")).api();

    /** Its object looks like the page's sample, to the last character of the PKCS#10. */
    @Test
    void thePagesOwnRequest_isTaken() throws IOException {
        String pem;
        try (InputStream in = NotaryRequestsIT.class.getResourceAsStream("/notary/page.csr")) {
            pem = new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
        long number = created(requester.post(REQUESTS, csr(pem)));
        ObjectNode expected = Bodies.object()
                .put("id", number)
                .put("csr", pem)
                .put("certificate_chain", "")
                .put("status", "Outstanding");
        JsonNode shown = requester.get(request(number)).expect(200).at("/result");
        assertThat(shown.toString()).isEqualTo(expected.toString());
    }

    @Test
    void theSameAgain_isKnown_whateverItsText() {
        String pem = TestCsrs.p256("again.test");
        created(administrator.post(REQUESTS, csr(pem)));
        assertThat(administrator.post(REQUESTS, csr(pem)).expect(400).error()).isEqualTo("given csr already recorded");
        assertThat(administrator
                        .post(REQUESTS, csr("found in a drawer:\n" + pem))
                        .expect(400)
                        .error())
                .isEqualTo("given csr already recorded");
    }

    @Test
    void numbers_areNeverUsedAgain() {
        long first = request(administrator, "first.test");
        administrator.delete(request(first)).expect(202);
        assertThat(administrator.get(request(first)).expect(404).error()).isEqualTo("Not Found");
        administrator.delete(request(first)).expect(404);
        assertThat(request(administrator, "first.test")).isGreaterThan(first);
        assertThat(administrator.get(REQUESTS).expect(200).at("/result"))
                .noneMatch(one -> one.path("id").asLong() == first);
    }

    @Test
    void requester_seesItsOwnAlone() {
        long own = request(requester, "own.test");
        long foreign = request(administrator, "foreign.test");
        assertThat(requester.get(request(foreign)).expect(403).error()).isEqualTo("Access denied");
        assertThat(requester.get(request(foreign + 1_000_000)).expect(404).error())
                .isEqualTo("Not Found");
        List<Long> listed = new ArrayList<>();
        requester
                .get(REQUESTS)
                .expect(200)
                .at("/result")
                .forEach(one -> listed.add(one.path("id").asLong()));
        assertThat(listed).containsExactly(own);
        assertThat(requester.delete(request(own)).expect(403).error()).isEqualTo("forbidden: insufficient permissions");
        server.account(List.of("reader")).api().get(request(foreign)).expect(200);
    }

    @Test
    void anotherOrganisations_isNotThere() {
        String organisation = server.organisation("**");
        ApiClient theirs =
                server.accountOf(organisation, List.of("administrator"), "**").api();
        long number = request(theirs, "theirs.test");
        for (ApiClient other : List.of(administrator, requester)) {
            assertThat(other.get(request(number)).expect(404).error()).isEqualTo("Not Found");
        }
        assertThat(theirs.get(REQUESTS).expect(200).at("/result")).hasSize(1);
        assertThat(server.administrator().get(request(number)).expect(200).text("/result/status"))
                .isEqualTo("Outstanding");
    }

    @Test
    void reject_isOfWhatWasNeverSigned() {
        long number = request(requester, "no.test");
        post(administrator, request(number) + "/reject").expect(202);
        assertThat(status(requester, number)).isEqualTo("Rejected");
        post(administrator, request(number) + "/reject").expect(202);
        assertThat(post(requester, request(number) + "/reject").expect(403).error())
                .isEqualTo("forbidden: insufficient permissions");
        post(administrator, request(number + 1_000_000) + "/reject").expect(404);
    }

    @Test
    void whatWaitsForAPerson_isSeenAtTheOtherDoors() {
        long number = request(administrator, "doors.test");
        JsonNode made = StreamSupport.stream(
                        administrator
                                .get(ApiClient.REQUESTS + "?limit=500")
                                .expect(200)
                                .at("/certificate_signing_requests")
                                .spliterator(),
                        false)
                .filter(one -> one.toString().contains("doors.test"))
                .findFirst()
                .orElseThrow();
        assertThat(made.at("/spec/target_issuer").asText()).isEqualTo("perennial.dev/manual");
        assertThat(made.at("/status/state").asText()).isEqualTo("PENDING");
        administrator
                .post(
                        ApiClient.REQUESTS + "/" + made.at("/metadata/id").asText() + "/deny",
                        Bodies.object().put("reason", "no"))
                .expect(200);
        assertThat(status(administrator, number)).isEqualTo("Rejected");
    }

    @Test
    void list_goesOnAfterANumber() {
        long first = request(requester, "page1.test");
        long second = request(requester, "page2.test");
        Exchange rest = requester.get(REQUESTS + "?after=" + first).expect(200);
        assertThat(rest.at("/result")).hasSize(1);
        assertThat(rest.at("/result/0/id").asLong()).isEqualTo(second);
        assertThat(rest.headers().firstValue("Link")).isEmpty();
        requester.get(REQUESTS + "?after=x").expect(400);
    }

    @Test
    void whoHasNoRoleOfThisDoor_isToldSo() {
        ApiClient nobody = server.account(List.of()).api();
        assertThat(nobody.get(REQUESTS).expect(403).error()).isEqualTo("forbidden: unknown role");
        assertThat(server.nobody().get(REQUESTS).expect(401).error()).isEqualTo("Unauthorized");
        assertThat(server.nobody().get(REQUESTS).header("WWW-Authenticate")).isEqualTo("Bearer");
        // What the caller may not do is said before what is wrong with the call.
        ApiClient reader = server.account(List.of("reader")).api();
        reader.send("POST", REQUESTS, "{").expect(403);
        reader.delete(REQUESTS + "/x").expect(403);
    }
}
