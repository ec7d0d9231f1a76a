package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.ProblemType;
import dev.perennial.server.testing.OpenApiContract;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class RoutesIT {
    private static HttpServerFixture server;
    private static final OpenApiContract CONTRACT = new OpenApiContract();

    @BeforeAll
    static void start() throws Exception {
        server = new HttpServerFixture();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @EnumSource(ProblemType.class)
    void failure_ofEveryType_isAProblemDocumentWithItsPage(ProblemType type) throws Exception {
        HttpResponse<String> response = server.get("/v1/fail/" + type.name(), "X-Request-Id", "my-id");
        assertThat(response.statusCode()).isEqualTo(type.status());
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.headers().firstValue("x-request-id")).contains("my-id");
        assertThat(response.headers().firstValue("retry-after")).contains("2");
        assertThat(response.headers().firstValue("location")).contains("/v1/certificate_signing_requests/abc");
        assertThat(response.body())
                .contains("\"type\":\"/problems/" + type.slug() + "\"", "\"instance\":\"my-id\"")
                .contains("\"error_message\":\"as asked: a.example, b.example\"", "\"next_call\":\"GET /v1/x\"");
        assertThat(response.headers().firstValue("www-authenticate").isPresent())
                .isEqualTo(type == ProblemType.UNAUTHENTICATED);
        HttpResponse<String> page = server.get("/problems/" + type.slug());
        assertThat(page.body()).contains(type.title());
        check("/problems/" + type.slug(), page);
    }

    @Test
    void failure_thatIsOurs_tellsNothing() throws Exception {
        HttpResponse<String> response = server.get("/v1/broken");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("\"internal\"").doesNotContain("42", "IllegalState");
    }

    @Test
    void path_unknownOrWithAnotherMethod_isAProblem() throws Exception {
        HttpResponse<String> response = server.get("/nothing");
        assertThat(response.statusCode()).isEqualTo(404);
        check("/nothing", response);
        response = server.send(server.client(null, HttpClient.Version.HTTP_1_1), "PUT", "/v1/things/a", "{}");
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).contains("DELETE, GET");
        response = server.send(server.client(null, HttpClient.Version.HTTP_2), "POST", "/health", null);
        assertThat(response.statusCode()).isEqualTo(405);
        CONTRACT.check("POST", "/health", null, 405, "application/problem+json", response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "<x>"})
    void requestId_thatIsNotSane_isReplaced(String id) throws Exception {
        String answered = server.get("/health/live", "X-Request-Id", id)
                .headers()
                .firstValue("x-request-id")
                .orElseThrow();
        assertThat(answered).isNotEqualTo(id).matches("[A-Za-z0-9]{22}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"v1\" | 304", "W/\"v1\" | 304", "\"v0\", W/\"v1\" | 304", "* | 304", "\"v2\" | 200", "v1 | 200"})
    void ifNoneMatch_isComparedWeakly(String header, int status) throws Exception {
        HttpResponse<String> response = server.get("/v1/things/a", "If-None-Match", header);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().firstValue("etag")).contains("\"v1\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"\"v1\" | 204", "* | 204", "\"v0\", \"v1\" | 204", "\"v2\" | 412", "W/\"v1\" | 412", "v1 | 412"})
    void ifMatch_isComparedStrongly(String header, int status) throws Exception {
        HttpResponse<String> response = server.send(
                server.client(null, HttpClient.Version.HTTP_1_1), "DELETE", "/v1/things/a", null, "If-Match", header);
        assertThat(response.statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wait=5 | 5", "wait=0 | 0", "WAIT = 7 | 7", "wait=100 | 60", "wait=\"9\" | 9",
                        "handling=lenient, wait=3 | 3",
                "wait=-1 | -1", "wait=x | -1", "wait | -1", "await=5 | -1", "wait=5x | -1", "wait=9999999999 | -1",
                "wait=3; foo | 3", "respond-async | -1"
            })
    void preferWait_isParsedAndCut(String header, int seconds) throws Exception {
        assertThat(server.get("/v1/things/a", "Prefer", header).body()).containsPattern("\"wait\":" + seconds + "[,}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=501", "limit=x", "limit=", "limit=1&limit=2", "limit=1.0"})
    void limit_outOfRange_isMalformedAndNamed(String query) throws Exception {
        HttpResponse<String> response = server.get("/v1/things/a?" + query);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("the query parameter limit must be");
    }

    @Test
    void limit_inRangeOrAbsent_isTaken_andUnknownParametersAreIgnored() throws Exception {
        assertThat(server.get("/v1/things/a?limit=7&what=ever").body()).contains("\"limit\":7");
        assertThat(server.get("/v1/things/a").body()).contains("\"limit\":500");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Bearer abc | OPAQUE",
                "bearer abc== | OPAQUE",
                "BEARER a-._~+/b | OPAQUE",
                "Bearer eyJh.eyJz.sig_- | JWT"
            })
    void authorization_withAToken_isTaken(String header, String kind) throws Exception {
        assertThat(server.get("/v1/who", "Authorization", header).body()).contains("\"token\":\"" + kind + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearer a\"b", "Bearerabc", "abc"})
    void authorization_ofAnotherForm_is401(String header) throws Exception {
        HttpResponse<String> response = server.get("/v1/who", "Authorization", header);
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(response.body()).doesNotContain("YTpi");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json | 200",
                "application/merge-patch+json | 200",
                "application/json; charset=UTF-8 | 200",
                "application/json; charset=latin1 | 415",
                "text/plain | 415",
                "multipart/form-data | 415",
                "text/json | 415"
            })
    void contentType_mustBeJson_overBothVersions(String type, int status) throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpResponse<String> response =
                    server.send(server.client(null, version), "POST", "/v1/read", "{}", "Content-Type", type);
            assertThat(response.statusCode()).isEqualTo(status);
        }
    }

    @Test
    void body_withoutContentTypeOrCompressedOrTooLarge_isRefused() throws Exception {
        for (HttpClient.Version version : HttpClient.Version.values()) {
            HttpClient client = server.client(null, version);
            assertThat(server.send(client, "POST", "/v1/read", "{}").statusCode())
                    .isEqualTo(415);
            assertThat(server.send(
                                    client,
                                    "POST",
                                    "/v1/read",
                                    "{}",
                                    "Content-Type",
                                    "application/json",
                                    "Content-Encoding",
                                    "gzip")
                            .statusCode())
                    .isEqualTo(415);
        }
        String large = " ".repeat(BodyLimit.NATIVE + 1);
        HttpClient client = server.client(null, HttpClient.Version.HTTP_1_1);
        assertThat(server.send(client, "POST", "/v1/read", large, "Content-Type", "application/json")
                        .statusCode())
                .isEqualTo(413);
    }

    /** With Vert.x' client: the JDK's waits for leave to send the rest, and forgets the answer it has. */
    @Test
    void body_tooLargeOverHttp2_isRefused_andTheConnectionGoesOn() throws Exception {
        HttpClientOptions options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setSsl(true)
                .setUseAlpn(true)
                .setTrustAll(true)
                .setVerifyHost(false);
        var client = server.vertx.createHttpClient(options, new PoolOptions().setHttp2MaxSize(1));
        for (int i = 0; i < 3; i++) {
            int status = HttpServerFixture.await(client.request(
                            HttpMethod.POST, server.first().port(), "localhost", "/v1/read")
                    .compose(request -> {
                        request.putHeader("Content-Type", "application/json").setChunked(true);
                        Future<Integer> answered = request.response().map(response -> response.statusCode());
                        request.write(Buffer.buffer(" ".repeat(BodyLimit.NATIVE + 1_000)));
                        return answered;
                    }));
            assertThat(status).isEqualTo(413);
        }
    }

    @Test
    void ready_tellsTheReason_andComesBack() throws Exception {
        HttpResponse<String> response = server.get("/health/ready");
        assertThat(response.statusCode()).isEqualTo(200);
        check("/health/ready", response);
        server.databaseReason = "no connection";
        try {
            response = server.get("/health/ready");
            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.body()).contains("no connection");
            check("/health/ready", response);
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
            assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
        } finally {
            server.databaseReason = null;
        }
        check("/health/live", server.get("/health/live"));
    }

    @Test
    void metrics_areOnTheManagementListenerOnly() throws Exception {
        server.get("/health/live");
        URI uri = URI.create("http://127.0.0.1:" + server.first().managementPort() + "/metrics");
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.body()).contains("vertx_http_server");
        assertThat(server.get("/metrics").statusCode()).isEqualTo(404);
    }

    @Test
    void openApi_isServedWithItsEtag() throws Exception {
        HttpResponse<String> response = server.get("/openapi.yaml");
        assertThat(response.body()).startsWith("openapi: 3.1");
        check("/openapi.yaml", response);
        String etag = response.headers().firstValue("etag").orElseThrow();
        response = server.get("/openapi.yaml", "If-None-Match", etag);
        assertThat(response.statusCode()).isEqualTo(304);
        check("/openapi.yaml", response);
    }

    private static void check(String path, HttpResponse<String> response) {
        CONTRACT.check(
                "GET",
                path,
                null,
                response.statusCode(),
                response.headers().firstValue("content-type").orElse(null),
                response.body(),
                response.headers().map());
    }
}
