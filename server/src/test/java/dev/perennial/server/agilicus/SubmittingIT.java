package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmittingIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void submit_isAnsweredWithTheCertificate() {
        Exchange made = server.administrator()
                .submit(TestCsrs.p256("www.one.test", "one.test"))
                .expect(201);

        assertThat(made.header("Location")).isEqualTo(ApiClient.REQUESTS + "/" + made.id());
        assertThat(made.state()).isEqualTo("ISSUED");
        assertThat(made.id()).matches("[0-9A-Za-z]{22}");
        X509 certificate = made.newestCertificate();
        assertThat(certificate.identifiers())
                .containsExactlyInAnyOrder(Identifier.dns("www.one.test"), Identifier.dns("one.test"));
        assertThat(made.texts("/status/dns_names")).containsExactlyInAnyOrder("www.one.test", "one.test");
        assertThat(made.at("/status/auto_renew").asBoolean()).isTrue();
        Exchange read = server.administrator().request(made.id()).expect(200);
        assertThat(read.body().toPrettyString()).isEqualTo(made.body().toPrettyString());
        assertThat(read.etag()).isEqualTo(made.etag());
    }

    @Test
    void submit_ofTheSamePkcs10_isRefusedAndNamesTheFirst() {
        String pem = TestCsrs.p256("www.two.test");
        Exchange made = server.administrator().submit(pem).expect(201);

        Exchange again = server.administrator().submit(pem).expectProblem(409, "duplicate");

        assertThat(again.texts("/identifiers")).containsExactly("www.two.test");
        assertThat(again.text("/existing/id")).isEqualTo(made.id());
        assertThat(again.text("/existing/state")).isEqualTo("ISSUED");
        assertThat(again.text("/existing/not_after")).isEqualTo(made.text("/status/certificates/0/status/not_after"));
        assertThat(again.header("Location")).isEqualTo(ApiClient.REQUESTS + "/" + made.id());
        assertThat(again.text("/next_call")).isEqualTo("GET " + ApiClient.REQUESTS + "/" + made.id());
    }

    static Stream<String> otherWrappings() {
        return wrappings(TestCsrs.p256("www.wrapped.test"));
    }

    /** The same DER, wrapped as different tools do. */
    static Stream<String> wrappings(String pem) {
        String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        String shortLines = base64.replaceAll("(.{48})", "$1\n");
        return Stream.of(
                        pem.replace("\n", "\r\n"),
                        "-----BEGIN CERTIFICATE REQUEST-----\n" + shortLines.strip()
                                + "\n-----END CERTIFICATE REQUEST-----",
                        pem.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"))
                .map(text -> pem + "\u0000" + text);
    }

    @ParameterizedTest
    @MethodSource("otherWrappings")
    void submit_ofTheSameDerInAnotherWrapping_isTheSameRequest(String both) {
        String[] pems = both.split("\u0000");
        server.administrator().submit(pems[0]);

        server.administrator().submit(pems[1]).expectProblem(409, "duplicate");
    }

    @Test
    void submit_ofTheSameNamesWithANewKey_isAnotherRequest() {
        Exchange first =
                server.administrator().submit(TestCsrs.p256("www.three.test")).expect(201);
        Exchange second =
                server.administrator().submit(TestCsrs.p256("www.three.test")).expect(201);

        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void submit_signedAnew_isAnotherRequest() {
        KeyPair keyPair = TestCsrs.keyPair();
        Exchange first = server.administrator()
                .submit(TestCsrs.p256(keyPair, "www.again.test"))
                .expect(201);
        Exchange second = server.administrator()
                .submit(TestCsrs.p256(keyPair, "www.again.test"))
                .expect(201);

        assertThat(second.id()).isNotEqualTo(first.id());
    }

    static Stream<String> kindsOfKeys() {
        return Stream.of(
                TestCsrs.p384("p384.kinds.test"),
                TestCsrs.ed25519("ed25519.kinds.test"),
                TestCsrs.rsa2048("rsa.kinds.test"),
                TestCsrs.p256("ip:192.0.2.7", "ip:2001:db8::7"),
                TestCsrs.p256("*.wild.kinds.test"));
    }

    @ParameterizedTest
    @MethodSource("kindsOfKeys")
    void submit_takesEveryKindOfKeyAndName(String pem) {
        server.administrator().submit(pem).expect(201);
    }

    @Test
    void submit_withoutCredential_isRefused() {
        server.nobody().submit(TestCsrs.p256("www.nobody.test")).expectProblem(401, "unauthenticated");
        server.nobody()
                .withToken("guessed")
                .submit(TestCsrs.p256("www.nobody.test"))
                .expectProblem(401, "unauthenticated");
    }

    @Test
    void submit_byAnAgent_ofNamesItWasNotGranted_namesThem() {
        EnrolledAgent agent = server.agent("*.granted.test");

        Exchange refused = agent.api()
                .submit(TestCsrs.p256("a.granted.test", "b.other.test", "deep.a.granted.test"))
                .expectProblem(403, "rejectedIdentifier");

        assertThat(refused.texts("/identifiers")).containsExactlyInAnyOrder("b.other.test", "deep.a.granted.test");
        agent.api().submit(TestCsrs.p256("a.granted.test")).expect(201);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void submit_withOneNameAmongManyNotGranted_isRefusedWhereverItStands(int place) {
        EnrolledAgent agent = server.agent("*.many.test");
        String[] names = {"a.many.test", "b.many.test", "c.many.test", "d.many.test", "e.many.test"};
        names[place] = "www.bank.test";

        Exchange refused = agent.api().submit(TestCsrs.p256(names)).expectProblem(403, "rejectedIdentifier");

        assertThat(refused.texts("/identifiers")).containsExactly("www.bank.test");
    }

    @Test
    void submit_ofTheServersOwnName_needsAGrantOfExactlyThat() {
        EnrolledAgent wide = server.agent("**", "ip:0.0.0.0/0");
        EnrolledAgent exact = server.agent("localhost", "ip:127.0.0.1/32");

        wide.api().submit(TestCsrs.p256("localhost")).expectProblem(403, "rejectedIdentifier");
        wide.api().submit(TestCsrs.p256("www.fine.test", "localhost")).expectProblem(403, "rejectedIdentifier");
        wide.api().submit(TestCsrs.p256("ip:127.0.0.1")).expectProblem(403, "rejectedIdentifier");
        exact.api().submit(TestCsrs.p256("localhost")).expect(201);
        server.administrator().submit(TestCsrs.p256("localhost")).expect(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"email:a@profile.test", "uri:https://www.profile.test/"})
    void submit_ofANameThatTheProfileDoesNotTake_isRefusedByThatRule(String name) {
        Exchange refused = server.administrator()
                .submit(TestCsrs.p256("www.profile.test", name))
                .expectProblem(403, "rejectedIdentifier");

        assertThat(refused.detail()).contains("rule profile");
        assertThat(refused.texts("/identifiers")).containsExactly(name.substring(name.indexOf(':') + 1));
    }

    @Test
    void submit_withACommonNameThatOnlyUnicodeFoldsToAName_isRefused() {
        // The Kelvin sign becomes a k when it is made small, and is none.
        String alike = TestCsrs.withSubject(TestCsrs.keyPair(), "CN=ban\u212a.test", "bank.test");
        String alone = TestCsrs.commonNameOnly("ban\u212a.test");

        assertThat(server.administrator()
                        .submit(alike)
                        .expectProblem(403, "rejectedIdentifier")
                        .detail())
                .contains("rule common-name");
        assertThat(server.administrator().submit(alone).status()).isBetween(400, 499);
    }

    @Test
    void submit_ofAnothersPkcs10_doesNotNameTheOther() {
        String pem = TestCsrs.p256("shared.test");
        server.agent("shared.test").api().submit(pem).expect(201);

        Exchange refused = server.agent("shared.test").api().submit(pem).expectProblem(409, "duplicate");

        assertThat(refused.at("/existing").isMissingNode()).isTrue();
        assertThat(refused.headers().firstValue("Location")).isEmpty();
    }

    @Test
    void submit_toAnAlias_echoesItAndNamesTheSigner() {
        for (String alias : List.of("agilicus-public-acme", "agilicus-private", "perennial.dev/server")) {
            Exchange made = server.administrator()
                    .post(
                            ApiClient.REQUESTS,
                            Bodies.request(
                                    TestCsrs.p256("alias.test", alias.replaceAll("[^a-z]", "") + ".alias.test"),
                                    "target_issuer",
                                    alias))
                    .expect(201);
            assertThat(made.text("/spec/target_issuer")).isEqualTo(alias);
            assertThat(made.text("/status/signer")).isEqualTo("perennial.dev/server");
        }
    }

    @Test
    void submit_toAnUnknownSigner_namesTheKnownOnes() {
        Exchange refused = server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.request(TestCsrs.p256("unknown.test"), "target_issuer", "example.com/nobody"))
                .expectProblem(400, "unknownSigner");

        assertThat(refused.detail()).contains("perennial.dev/server", "perennial.dev/client");
    }

    @Test
    void submit_forAnotherOrganisation_isRefused() {
        Exchange refused = server.administrator()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("elsewhere.test"), "org_id", "nowhere"));
        assertThat(refused.status()).isIn(400, 404);
        EnrolledAgent agent = server.agent("**");
        agent.api()
                .post(ApiClient.REQUESTS, Bodies.request(TestCsrs.p256("elsewhere.test"), "org_id", "nowhere"))
                .expectProblem(404, "notFound");
    }

    @Test
    void dryRun_tellsTheDecisionAndStoresNothing() {
        EnrolledAgent agent = server.agent("*.dry.test");
        String good = TestCsrs.p256("a.dry.test");
        String path = ApiClient.REQUESTS + "?dry_run=true";

        Exchange approved = agent.api().post(path, Bodies.request(good)).expect(200);
        Exchange refused = agent.api()
                .post(path, Bodies.request(TestCsrs.p256("a.dry.test", "wet.test")))
                .expect(200);

        assertThat(approved.text("/decision")).isEqualTo("approve");
        assertThat(approved.texts("/identifiers")).containsExactly("a.dry.test");
        assertThat(approved.text("/signer")).isEqualTo("perennial.dev/server");
        assertThat(refused.text("/decision")).isEqualTo("refuse");
        assertThat(refused.texts("/identifiers")).containsExactly("wet.test");
        assertThat(refused.text("/rule")).isEqualTo("grants");
        assertThat(agent.api().get(ApiClient.REQUESTS).expect(200).at("/certificate_signing_requests"))
                .isEmpty();
        agent.api().submit(good).expect(201);
    }
}
