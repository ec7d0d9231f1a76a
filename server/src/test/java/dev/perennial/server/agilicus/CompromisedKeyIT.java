package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.BoundKeys;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability T9: a key that is compromised is blocked, and whatever else has it is revoked, by whoever says so or proves it. */
class CompromisedKeyIT {
    private static final String BY_KEY = ApiClient.CERTIFICATES + "/revoke_by_key";

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(10_000, Duration.ofDays(1));

    /** Started before the clock is put forward: its certificate is to be valid now. */
    @BeforeAll
    static void startTheSecond() {
        server.second();
    }

    /** All of these tests come from one address. */
    @BeforeEach
    void forgetTries() {
        Await.value(server.database().query("DELETE FROM recovery_limits", Tuple.tuple()));
    }

    private static Exchange issue(ApiClient caller, String orgId, KeyPair key, String name) {
        return caller.post(ApiClient.REQUESTS, Bodies.with(Bodies.request(TestCsrs.p256(key, name)), "org_id", orgId))
                .expect(201);
    }

    private static Exchange issue(KeyPair key, String name) {
        return issue(server.administrator(), "default", key, name);
    }

    private static String path(Exchange request) {
        return ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0);
    }

    private static @Nullable String reason(Exchange request) {
        JsonNode revoked = server.administrator().get(path(request)).expect(200).at("/status/revoked/reason");
        return revoked.isMissingNode() ? null : revoked.asText();
    }

    /** Siblings are revoked within the call, unless another server is at it. */
    private static void awaitReason(Exchange request, String expected) {
        Until.is(() -> expected.equals(reason(request)), "it is revoked for " + expected);
    }

    private static Exchange submit(ApiClient caller, String orgId, KeyPair key, String name) {
        return caller.post(ApiClient.REQUESTS, Bodies.with(Bodies.request(TestCsrs.p256(key, name)), "org_id", orgId));
    }

    @Test
    void saidByTheOwner_takesTheSiblingsOfTheOrganisation_andNoOthers() {
        KeyPair key = TestCsrs.keyPair();
        MadeAccount owner = server.account(List.of("requester"), "**.owner.test");
        Exchange made = issue(owner.api(), "default", key, "a.owner.test");
        Exchange sibling = issue(key, "sibling.test");
        String elsewhere = server.organisation("**");
        Exchange foreign = issue(server.administrator(), elsewhere, key, "elsewhere.test");
        Exchange stranger = issue(TestCsrs.keyPair(), "stranger.test");

        owner.api()
                .post(path(made) + "/revoke", Bodies.revocation("keyCompromise"))
                .expect(200);

        awaitReason(made, "keyCompromise");
        awaitReason(sibling, "keyCompromise");
        assertThat(reason(foreign)).isNull();
        assertThat(reason(stranger)).isNull();
        submit(server.administrator(), "default", key, "again.test").expectProblem(409, "keyNotRotated");
        submit(server.administrator(), elsewhere, key, "again.test").expect(201);
    }

    @Test
    void saidByTheBootstrapAdministrator_isSoEverywhere_alsoInOrganisationsToCome() {
        KeyPair key = TestCsrs.keyPair();
        String elsewhere = server.organisation("**");
        Exchange made = issue(key, "here.test");
        Exchange foreign = issue(server.administrator(), elsewhere, key, "there.test");

        server.administrator()
                .post(path(made) + "/revoke", Bodies.revocation("keyCompromise"))
                .expect(200);

        awaitReason(foreign, "keyCompromise");
        for (String orgId : List.of("default", elsewhere, server.organisation("**"))) {
            submit(server.administrator(), orgId, key, "again.test").expectProblem(409, "keyNotRotated");
        }
    }

    @Test
    void withKey_takesTheSiblingsForAnyReason_butNotForAHold() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "one.any.test");
        Exchange sibling = issue(key, "two.any.test");
        ObjectNode order = Bodies.revocation("cessationOfOperation").put("with_key", true);
        server.administrator()
                .post(
                        path(made) + "/revoke",
                        Bodies.revocation("certificateHold").put("with_key", true))
                .expectProblem(400, "malformed");
        server.administrator()
                .post(path(made) + "/revoke", Bodies.revocation("keyCompromise").put("with_key", false))
                .expectProblem(400, "malformed");
        assertThat(reason(made)).isNull();

        server.administrator().post(path(made) + "/revoke", order).expect(200);

        awaitReason(sibling, "cessationOfOperation");
        submit(server.administrator(), "default", key, "again.any.test").expectProblem(409, "keyNotRotated");
        assertThat(server.administrator().request(sibling.id()).expect(200).text("/status/reason"))
                .isEqualTo("revoked");
    }

    @Test
    void withdrawal_forACompromisedKey_takesTheSiblingsToo() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "one.gone.test");
        Exchange sibling = issue(key, "two.gone.test");

        server.administrator()
                .delete(ApiClient.REQUESTS + "/" + made.id() + "?revoke=keyCompromise")
                .expect(204);

        awaitReason(made, "keyCompromise");
        awaitReason(sibling, "keyCompromise");
    }

    /** What was let in before the key was blocked, and is stored after the first look. */
    @Test
    void whatWasOnItsWay_isFoundByTheSecondLook() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "one.late.test");
        Exchange late = issue(key, "two.late.test");
        // As if it had not been committed by then.
        sql(
                "UPDATE certificates SET request_id = NULL WHERE id = $1",
                late.certificateIds().get(0));
        server.administrator()
                .post(path(made) + "/revoke", Bodies.revocation("keyCompromise"))
                .expect(200);
        sql(
                "UPDATE certificates SET request_id = $2 WHERE id = $1",
                late.certificateIds().get(0),
                late.id());
        assertThat(reason(late)).isNull();

        server.clock().advance(Duration.ofSeconds(40));

        Until.is(() -> "keyCompromise".equals(reason(late)), "the second look finds it");
    }

    private static void sql(String sql, Object... values) {
        Await.value(server.database().query(sql, Tuple.from(values)));
    }

    private static ObjectNode proof(KeyPair signer, Exchange request, String reason, String nonce) {
        String sha256 = HexFormat.of().formatHex(request.newestCertificate().sha256());
        String text = "perennial-revocation-1\n" + nonce + "\n" + sha256 + "\n" + reason + "\n";
        return Bodies.spec(Map.of(
                "certificate",
                request.newestCertificate().pem(),
                "nonce",
                nonce,
                "reason",
                reason,
                "signature",
                BoundKeys.sign(signer, text)));
    }

    private static String nonce() {
        return server.nobody().post(BY_KEY, Bodies.spec(Map.of())).expect(200).text("/status/nonce");
    }

    static List<KeyPair> kinds() {
        return List.of(
                TestCsrs.keyPair(), TestCsrs.ecKeyPair("secp384r1"), TestCsrs.ed25519KeyPair(), TestCsrs.rsaKeyPair());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void provenByTheKey_isSoEverywhere_withoutACredential(KeyPair key) {
        String elsewhere = server.organisation("**");
        Exchange made = issue(key, "proven.test");
        Exchange foreign = issue(server.administrator(), elsewhere, key, "proven.test");

        Exchange proven = server.nobody()
                .post(BY_KEY, proof(key, made, "keyCompromise", nonce()))
                .expect(200);

        assertThat(proven.text("/status/revoked/reason")).isEqualTo("keyCompromise");
        assertThat(proven.text("/status/serial_number"))
                .isEqualTo(made.newestCertificate().serial().hex());
        awaitReason(foreign, "keyCompromise");
        submit(server.administrator(), elsewhere, key, "again.test").expectProblem(409, "keyNotRotated");
        Exchange again = server.second()
                .nobody()
                .post(BY_KEY, proof(key, made, "superseded", nonce()))
                .expect(200);
        assertThat(again.at("/status/revoked")).isEqualTo(proven.at("/status/revoked"));
        String actor = server.administrator()
                .get(ApiClient.AUDIT + "?action=revoke&object_id=" + made.id())
                .expect(200)
                .text("/audit_events/0/actor");
        assertThat(actor).startsWith("key:");
    }

    @Test
    void provenForAnotherReason_isAboutTheOneCertificate() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "one.proven.test");
        Exchange sibling = issue(key, "two.proven.test");

        server.nobody()
                .post(BY_KEY, proof(key, made, "cessationOfOperation", nonce()))
                .expect(200);

        awaitReason(made, "cessationOfOperation");
        assertThat(reason(sibling)).isNull();
        submit(server.administrator(), "default", key, "three.proven.test").expect(201);
    }

    @Test
    void whoProvesNothing_learnsNothing() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "kept.test");
        Exchange other = issue(TestCsrs.keyPair(), "other.test");
        ObjectNode good = proof(key, made, "keyCompromise", nonce());
        Exchange wrongKey = server.nobody().post(BY_KEY, proof(TestCsrs.keyPair(), made, "keyCompromise", nonce()));
        Exchange unknown = server.nobody()
                .post(
                        BY_KEY,
                        Bodies.with(
                                good.deepCopy(), "certificate", server.first().roots()));
        Exchange anotherOne = server.nobody()
                .post(
                        BY_KEY,
                        Bodies.with(
                                good.deepCopy(),
                                "certificate",
                                other.newestCertificate().pem()));
        Exchange anotherReason = server.nobody().post(BY_KEY, Bodies.with(good.deepCopy(), "reason", "superseded"));
        Exchange madeUp = server.nobody().post(BY_KEY, proof(key, made, "keyCompromise", "A".repeat(nonce().length())));
        server.clock().advance(Duration.ofMinutes(6));
        Exchange late = server.nobody().post(BY_KEY, good);

        for (Exchange refused : List.of(wrongKey, unknown, anotherOne, anotherReason, madeUp, late)) {
            refused.expectProblem(401, "unauthenticated");
            assertThat(refused.text("/detail")).isEqualTo(wrongKey.text("/detail"));
        }
        assertThat(reason(made)).isNull();
        assertThat(reason(other)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"certificateHold", "removeFromCRL", "7", "255"})
    void proof_forAReasonThatIsNone_isRefused(String reason) {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "reason" + reason + ".test");
        server.nobody().post(BY_KEY, proof(key, made, reason, nonce())).expectProblem(400, "badRevocationReason");
    }

    @Test
    void proofs_areLimited_andOnesThatSucceedDoNotCount() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "limited.test");
        ObjectNode wrong = proof(TestCsrs.keyPair(), made, "keyCompromise", nonce());
        for (int i = 0; i < 59; i++) {
            server.nobody().post(BY_KEY, wrong).expectProblem(401, "unauthenticated");
        }
        for (int i = 0; i < 3; i++) {
            server.nobody()
                    .post(BY_KEY, proof(key, made, "keyCompromise", nonce()))
                    .expect(200);
        }
        server.nobody().post(BY_KEY, wrong).expectProblem(401, "unauthenticated");
        Exchange refused = server.nobody()
                .post(BY_KEY, proof(key, made, "keyCompromise", nonce()))
                .expectProblem(429, "rateLimited");
        assertThat(refused.header("Retry-After")).isNotBlank();
    }
}
