package dev.perennial.server.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.AgentConnectorListJson;
import dev.perennial.model.CertificateJson;
import dev.perennial.model.CertificateListJson;
import dev.perennial.model.EnrolmentTokenJson;
import dev.perennial.model.Metadata;
import dev.perennial.model.ProblemJson;
import dev.perennial.model.ProblemType;
import dev.perennial.model.ReissueJson;
import dev.perennial.model.RequestState;
import dev.perennial.model.RevocationReason;
import dev.perennial.model.RootCertificatesJson;
import dev.perennial.model.SigningRequestJson;
import dev.perennial.model.SigningRequestListJson;
import dev.perennial.server.http.Json;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenApiContractTest {
    private static final String REQUESTS = "/v1/certificate_signing_requests";
    private static final String PEM = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
    private static final String CSR = "-----BEGIN CERTIFICATE REQUEST-----\nAA==\n-----END CERTIFICATE REQUEST-----\n";
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Metadata METADATA = new Metadata("0123456789abcdefABCDEF", NOW, NOW);
    private static final String HASH = "ab".repeat(32);

    private final OpenApiContract contract = new OpenApiContract();

    private static CertificateJson certificate() {
        return new CertificateJson(
                METADATA,
                new CertificateJson.Spec("default", "issued", PEM, PEM, METADATA.id(), null),
                new CertificateJson.Status(
                        NOW,
                        NOW,
                        NOW,
                        METADATA.id(),
                        "0a1b",
                        HASH,
                        new CertificateJson.Revocation(NOW, RevocationReason.SUPERSEDED.word(), null),
                        true,
                        NOW));
    }

    private static SigningRequestJson request(RequestState state) {
        CertificateJson update =
                new CertificateJson(null, new CertificateJson.Spec("default", "failed", null, null, null, "no"), null);
        return new SigningRequestJson(
                METADATA,
                new SigningRequestJson.Spec(
                        "default",
                        CSR,
                        true,
                        true,
                        new SigningRequestJson.RotationOrder("because", NOW),
                        "00ff",
                        "perennial.dev/server",
                        "u",
                        List.of("server auth")),
                new SigningRequestJson.Status(
                        List.of(certificate()),
                        "a.example",
                        List.of("a.example"),
                        "connector",
                        true,
                        List.of(update),
                        state,
                        new SigningRequestJson.Next(
                                2, RequestState.PENDING, "person", HASH, CSR, "CN=a.example", List.of("server auth")),
                        "reason",
                        "message",
                        1,
                        "perennial.dev/server",
                        HASH,
                        new SigningRequestJson.Rotation(1, NOW, "because"),
                        "CN=a.example"));
    }

    private void accepts(String method, String path, Object sent, int status, Object answer) {
        contract.check(
                method,
                path,
                sent == null ? null : Json.write(sent).toString(),
                status,
                "application/json; charset=utf-8",
                Json.write(answer).toString());
    }

    @Test
    void wireRecords_inFull_fitTheirSchemas() {
        for (RequestState state : RequestState.values()) {
            accepts("POST", REQUESTS, request(state), 201, request(state));
        }
        SigningRequestJson request = request(RequestState.ISSUED);
        accepts("PUT", REQUESTS + "/abc", request, 200, request);
        accepts("GET", "/v1/agent_connectors/a/certificate_signing_requests/b?org_id=x", null, 200, request);
        accepts("GET", REQUESTS, null, 200, new SigningRequestListJson(List.of(request), 500, null, null, null));
        accepts(
                "GET",
                "/v1/certificates",
                null,
                200,
                new CertificateListJson(List.of(certificate()), 1, "AQ", 1L, true));
        ReissueJson.Spec reissue = new ReissueJson.Spec("default", "abc", NOW);
        accepts(
                "POST",
                REQUESTS + "/reissue",
                new ReissueJson(reissue, null),
                201,
                new ReissueJson(reissue, new ReissueJson.Status(certificate())));
        RootCertificatesJson.Root root = new RootCertificatesJson.Root(
                METADATA, new RootCertificatesJson.Spec("", PEM), new RootCertificatesJson.Status(NOW, NOW, HASH));
        accepts("GET", "/v1/root_certificates", null, 200, new RootCertificatesJson(List.of(root), 500, 1));
        EnrolmentTokenJson.Spec spec = new EnrolmentTokenJson.Spec("default", List.of("**"), 1, "PT1H");
        accepts(
                "POST",
                "/v1/enrolment_tokens",
                new EnrolmentTokenJson(null, spec, null),
                201,
                new EnrolmentTokenJson(METADATA, spec, new EnrolmentTokenJson.Status("s".repeat(22), NOW, 1)));
        AgentConnectorJson agent = new AgentConnectorJson(
                METADATA,
                AgentConnectorJson.Spec.of("default", "host", List.of("*.a.example")),
                new AgentConnectorJson.Status("active", null, NOW, NOW, NOW));
        accepts("GET", "/v1/agent_connectors", null, 200, new AgentConnectorListJson(List.of(agent), 500));
        accepts("POST", "/v1/agent_connectors/a/retire", null, 200, agent);
    }

    @Test
    void aSecret_whereNoneBelongs_isAFault() {
        EnrolmentTokenJson.Spec spec = new EnrolmentTokenJson.Spec("default", List.of("**"), 1, "PT1H");
        EnrolmentTokenJson token =
                new EnrolmentTokenJson(METADATA, spec, new EnrolmentTokenJson.Status("s".repeat(22), NOW, 1));
        assertThatThrownBy(() -> accepts("GET", "/v1/enrolment_tokens/abc", null, 200, token))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("token");
    }

    @Test
    void answers_thatAreNotAsDescribed_areFaults() {
        String good = Json.write(request(RequestState.ISSUED)).toString();
        for (String bad : List.of(
                good.replace("\"state\":\"ISSUED\"", "\"state\":\"issued\""),
                good.replace("\"generation\":1,", ""),
                good.replace("2026-01-31T12:00:00Z", "yesterday"),
                good.replace("\"signer\":", "\"surprise\":1,\"signer\":"),
                good.replace("\"auto_renew\":true", "\"auto_renew\":\"true\""),
                good.replace(HASH, HASH.toUpperCase(Locale.ROOT)),
                "{}",
                "[]",
                "not JSON")) {
            assertThatThrownBy(() -> contract.check("GET", REQUESTS + "/abc", null, 200, "application/json", bad))
                    .as(bad)
                    .isInstanceOf(AssertionError.class);
        }
        assertThatThrownBy(() -> contract.check("GET", REQUESTS + "/abc", null, 202, "application/json", good))
                .hasMessageContaining("status");
        assertThatThrownBy(() -> contract.check("GET", REQUESTS + "/abc", null, 200, "text/html", good))
                .hasMessageContaining("media type");
        assertThatThrownBy(() -> contract.check("GET", "/v1/nothing", null, 200, "application/json", "{}"))
                .hasMessageContaining("not described");
        assertThatThrownBy(() -> contract.check("DELETE", REQUESTS + "/abc", null, 204, null, "{}"))
                .hasMessageContaining("no body");
    }

    @Test
    void requestBodies_areCheckedUnlessTheyWereRefused() {
        String good = Json.write(request(RequestState.ISSUED)).toString();
        String problem = problem(ProblemType.MALFORMED);
        assertThatThrownBy(() -> contract.check("POST", REQUESTS, "{}", 201, "application/json", good))
                .hasMessageContaining("request");
        assertThatCode(() -> contract.check("POST", REQUESTS, "{", 400, "application/problem+json", problem))
                .doesNotThrowAnyException();
        String tolerated = good.replace("\"spec\":{", "\"unheard_of\":1,\"spec\":{\"unheard_of\":1,");
        contract.check("POST", REQUESTS, tolerated, 201, "application/json", good);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            limit=0                       | limit
            limit=ten                     | limit
            limit=1&limit=1               | more than once
            auto_renew=1                  | auto_renew
            reason=lost                   | reason
            target_issuer=                | target_issuer
            dry_run=true                  | dry_run is not described
            unheard_of=1                  | unheard_of is not described
            """)
    void queries_areCheckedUnlessTheyWereRefused(String query, String what) {
        String path = REQUESTS + "?" + query;
        String list = "{\"certificate_signing_requests\":[],\"limit\":500}";
        assertThatThrownBy(() -> contract.check("GET", path, null, 200, "application/json", list))
                .hasMessageContaining(what);
        contract.check("GET", path, null, 400, "application/problem+json", problem(ProblemType.MALFORMED));
        String good = REQUESTS + "?limit=500&auto_renew=true&reason=issued&target_issuer=a&target_issuer=b%20c";
        contract.check("GET", good, null, 200, "application/json", list);
    }

    @Test
    void problems_areHeldToTheClosedList() {
        for (ProblemType type : ProblemType.values()) {
            contract.check("GET", "/v1/nothing", null, 404, "application/problem+json", problem(ProblemType.NOT_FOUND));
            assertThat(contract.at("/components/schemas/Slug/enum").toString()).contains('"' + type.slug() + '"');
        }
        assertThatThrownBy(() -> contract.check(
                        "GET",
                        REQUESTS + "/a",
                        null,
                        404,
                        "application/problem+json",
                        problem(ProblemType.UNKNOWN).replace("\"unknown\"", "\"gone\"")))
                .isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> contract.check(
                        "GET", REQUESTS + "/a", null, 404, "application/problem+json", problem(ProblemType.CONFLICT)))
                .hasMessageContaining("another status");
    }

    @Test
    void enumerations_areThoseOfTheModel() {
        assertThat(words("Slug"))
                .containsExactlyElementsOf(Arrays.stream(ProblemType.values())
                        .map(ProblemType::slug)
                        .toList());
        assertThat(words("RequestState"))
                .containsExactlyElementsOf(
                        Arrays.stream(RequestState.values()).map(Enum::name).toList());
        assertThat(words("RevocationReason"))
                .containsExactlyElementsOf(Arrays.stream(RevocationReason.values())
                        .map(RevocationReason::word)
                        .toList());
    }

    @Test
    void headers_thatAreRequired_mustBeThere() {
        String body = problem(ProblemType.UNAUTHENTICATED);
        String media = "application/problem+json";
        assertThatThrownBy(() -> contract.check("GET", REQUESTS, null, 401, media, body, Map.of()))
                .hasMessageContaining("WWW-Authenticate");
        contract.check("GET", REQUESTS, null, 401, media, body, Map.of("www-authenticate", List.of("Bearer")));
        assertThatThrownBy(() -> contract.check(
                        "GET",
                        REQUESTS,
                        null,
                        503,
                        media,
                        problem(ProblemType.UNAVAILABLE),
                        Map.of("retry-after", List.of("0"))))
                .hasMessageContaining("Retry-After");
    }

    @Test
    void everyReference_leadsSomewhere() {
        for (JsonNode reference : contract.at("").findValues("$ref")) {
            assertThat(contract.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
    }

    private List<String> words(String schema) {
        ArrayNode words = (ArrayNode) contract.at("/components/schemas/" + schema + "/enum");
        return StreamSupport.stream(words.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static String problem(ProblemType type) {
        return Json.write(new ProblemJson(
                        "/problems/" + type.slug(),
                        type.title(),
                        type.status(),
                        "detail",
                        "id",
                        type.slug(),
                        "detail",
                        List.of("a.example"),
                        new ProblemJson.Existing("abc", RequestState.ISSUED, NOW),
                        "GET /v1/x"))
                .toString();
    }
}
