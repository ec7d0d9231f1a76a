package dev.perennial.server.agilicus;

import static dev.perennial.server.agilicus.Searches.encoded;
import static dev.perennial.server.agilicus.Searches.found;
import static dev.perennial.server.agilicus.Searches.items;
import static dev.perennial.server.agilicus.Searches.made;
import static dev.perennial.server.agilicus.Searches.make;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.agilicus.Searches.Made;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each filter finds exactly what it should, of both resources, and nothing of others. */
class InventoryIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @ParameterizedTest
    @CsvSource({
        "name=www.a.names.test",
        "name=WWW.A.Names.Test",
        "name=dns:www.a.names.test",
        "name=192.0.2.77",
        "name=ip:192.0.2.77",
        "name=2001:DB8:0::77",
        "name=jane@a.names.test",
        "name=email:jane@A.NAMES.TEST",
        "name=https://a.names.test/service",
        "name=uri:HTTPS://a.names.test/service",
        "name_contains=w.a.nam",
        "name_contains=W.A.NAM",
        "name_contains=2.0.2.77",
        "name_contains=b8::77",
        "name_contains=jane@a",
        "name_contains=//a.names.test/serv",
    })
    void names_ofEachType_areFound_wholeAndInPart(String search) {
        Made made = Names.MADE;

        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, search))
                .containsExactly(made.certificate());
        assertThat(found(server.administrator(), ApiClient.REQUESTS, search)).containsExactly(made.request());
    }

    /** Made when the first test asks for it. */
    private static final class Names {
        static final Made MADE = made(server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(
                                TestCsrs.p256(
                                        "www.a.names.test",
                                        "ip:192.0.2.77",
                                        "ip:2001:db8::77",
                                        "email:jane@a.names.test",
                                        "uri:https://a.names.test/service"),
                                "target_issuer",
                                "perennial.dev/client"))
                .expect(201));
        static final Made OTHER = make(server.administrator(), "www.b.names.test", "ip:192.0.2.78");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name=a.names.test",
                "name=www.a.names.tes",
                "name=*.a.names.test",
                "name=email:www.a.names.test",
                "name=JANE@a.names.test",
                "name_contains=dns:www",
                "name_contains=ns:",
                "name_contains=www%a.names",
                "name_contains=www_a.names",
                "name_contains=...",
                "name_contains=%%%",
                "name_contains=___",
                "name_contains=\\\\\\",
                "name_contains='''",
                "name_contains='; DROP TABLE certificates; --",
                "name_contains=\" OR \"1\"=\"1",
                "name=' OR 1=1 --",
                "name=%",
                "issuer=' OR 1=1 --",
                "signer=' OR 1=1 --",
                "issuer=0000000000000000000000",
                "name_contains=\u017f\u212a\u00e9",
                "serial_number=0badc0de",
                "sha256=0000000000000000000000000000000000000000000000000000000000000000",
                "spki_sha256=0000000000000000000000000000000000000000000000000000000000000000",
            })
    void whatIsNotThere_isAnEmptyPage(String search) {
        assertThat(Names.MADE.request()).isNotEqualTo(Names.OTHER.request());
        for (String path : List.of(ApiClient.CERTIFICATES, ApiClient.REQUESTS)) {
            Exchange page = server.administrator()
                    .get(path + "?count=true&" + encoded(search))
                    .expect(200);
            assertThat(page.at("/total").asInt(-1)).as(page.call()).isZero();
            assertThat(items(page)).isEmpty();
            assertThat(page.at("/next_page_token").isMissingNode()).isTrue();
        }
    }

    @Test
    void numbersAndKeys_areFound_asPeopleWriteThem() {
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange exchange = server.administrator()
                .submit(TestCsrs.p256(keyPair, "numbers.test"))
                .expect(201);
        Made made = new Made(exchange.id(), exchange.certificateIds().get(0));
        String serial = exchange.text("/status/certificates/0/status/serial_number");
        String colons = serial.toUpperCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:");
        String sha256 = exchange.text("/status/certificates/0/status/sha256");
        String spki =
                HexFormat.of().formatHex(Digests.sha256(keyPair.getPublic().getEncoded()));
        String issuer = issuerOf(made.certificate());

        for (String search : List.of(
                "serial_number=" + serial,
                "serial_number=0x" + serial,
                "serial_number=000" + serial,
                "serial_number=" + colons,
                "serial_number=" + serial + "&issuer=" + issuer,
                "sha256=" + sha256,
                "sha256=" + sha256.toUpperCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:"),
                "sha256=" + sha256 + "&serial_number=" + serial,
                "spki_sha256=" + spki,
                "spki_sha256=" + spki + "&name=numbers.test&name_contains=mbers",
                "spki_sha256=" + spki + "&sha256=" + sha256)) {
            assertThat(found(server.administrator(), ApiClient.CERTIFICATES, search))
                    .as(search)
                    .containsExactly(made.certificate());
            assertThat(found(server.administrator(), ApiClient.REQUESTS, search))
                    .as(search)
                    .containsExactly(made.request());
        }
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "issuer=" + issuer))
                .contains(made.certificate());
        assertThat(found(server.administrator(), ApiClient.REQUESTS, "issuer=" + issuer))
                .contains(made.request());
        assertThat(found(server.administrator(), ApiClient.REQUESTS, "issuer=other&sha256=" + sha256))
                .isEmpty();
    }

    @Test
    void signersStatesAndTimes_narrowASearch() {
        Made valid = make(server.administrator(), "valid.facts.test");
        Made revoked = make(server.administrator(), "revoked.facts.test");
        server.administrator()
                .post(
                        ApiClient.CERTIFICATES + "/" + revoked.certificate() + "/revoke",
                        Bodies.revocation("cessationOfOperation"))
                .expect(200);
        Made other = made(server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.p256("client.facts.test"), "target_issuer", "perennial.dev/client"))
                .expect(201));

        String part = "name_contains=.facts.test&order=oldest&";
        finds(part + "state=valid", valid, other);
        finds(part + "state=revoked", revoked);
        finds(part + "state=expired");
        finds(part + "state=not_yet_valid");
        finds(part + "signer=perennial.dev/client", other);
        finds(part + "signer=agilicus-private", valid, revoked);
        finds(part + "signer=agilicus-private&signer=perennial.dev/client", valid, revoked, other);
        finds(part + "expires_before=in 89 days");
        finds(part + "expires_after=in 89 days", valid, revoked, other);
        finds(part + "expires_before=in 91 days&expires_after=now", valid, revoked, other);
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "state=revoked"))
                .contains(revoked.certificate())
                .doesNotContain(valid.certificate());
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "expires_before=in 91 days"))
                .contains(revoked.certificate(), valid.certificate());
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "order=expiry&state=valid"))
                .contains(valid.certificate())
                .doesNotContain(revoked.certificate());
        assertThat(found(server.administrator(), ApiClient.REQUESTS, part + "state=issued"))
                .containsExactly(valid.request(), revoked.request(), other.request());
        assertThat(found(server.administrator(), ApiClient.REQUESTS, part + "state=pending"))
                .isEmpty();
        server.administrator()
                .delete(ApiClient.CERTIFICATES + "/" + valid.certificate())
                .expect(204);
        assertThat(found(server.administrator(), ApiClient.REQUESTS, part + "state=pending"))
                .containsExactly(valid.request());
        assertThat(found(server.administrator(), ApiClient.REQUESTS, "state=pending"))
                .contains(valid.request());
        server.administrator()
                .get(ApiClient.CERTIFICATES + "?order=expiry&name=valid.facts.test")
                .expectProblem(400, "malformed");
        server.administrator().get(ApiClient.REQUESTS + "?order=expiry").expectProblem(400, "malformed");
    }

    private static void finds(String search, Made... expected) {
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, search))
                .as(search)
                .containsExactly(
                        List.of(expected).stream().map(Made::certificate).toArray(String[]::new));
    }

    @Test
    void commonNames_areFound_whereTheyAreNoOtherName() {
        Exchange made = server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(
                                TestCsrs.withSubject(TestCsrs.keyPair(), "CN=Jane Doe \u00c5ngstr\u00f6m"),
                                "target_issuer",
                                "perennial.dev/client"));
        if (made.status() == 201) {
            for (String search : List.of("name=Jane Doe \u00c5ngstr\u00f6m", "name_contains=jane doe \u00c5ng")) {
                assertThat(found(server.administrator(), ApiClient.REQUESTS, search))
                        .containsExactly(made.id());
            }
        }
    }

    @Test
    void renewalsAndReplacedNames_andWithdrawnOnes_areFoundOnceEach() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("life.first.test")).expect(201);
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/reissue",
                        Bodies.reissue(made.id(), made.text("/status/certificates/0/status/not_after")))
                .expect(201);
        List<String> both =
                server.administrator().request(made.id()).expect(200).certificateIds();
        assertThat(both).hasSize(2);
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "name=life.first.test&order=oldest"))
                .containsExactlyElementsOf(both);

        server.administrator()
                .replace(made.id(), Bodies.request(TestCsrs.p256("life.second.test")))
                .expect(200);
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "name_contains=life.&order=oldest"))
                .hasSize(3)
                .startsWith(both.toArray(String[]::new));
        assertThat(found(server.administrator(), ApiClient.REQUESTS, "name=life.first.test"))
                .isEmpty();
        assertThat(found(server.administrator(), ApiClient.REQUESTS, "name=life.second.test"))
                .containsExactly(made.id());

        server.administrator().delete(ApiClient.REQUESTS + "/" + made.id()).expect(204);
        assertThat(found(server.administrator(), ApiClient.REQUESTS, "name_contains=life."))
                .isEmpty();
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "name_contains=life."))
                .hasSize(3);
        assertThat(found(server.administrator(), ApiClient.CERTIFICATES, "csr_id=" + made.id()))
                .hasSize(3);
    }

    private static String issuerOf(String certificateId) {
        return Await.value(server.database()
                        .query("SELECT issuer_id FROM certificates WHERE id = $1", Tuple.of(certificateId)))
                .iterator()
                .next()
                .getString("issuer_id");
    }
}
