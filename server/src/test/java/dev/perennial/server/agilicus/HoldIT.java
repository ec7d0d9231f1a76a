package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The one revocation that is undone, or gives way to another (RFC 5280 §5.3.1, reliability T23). */
class HoldIT {
    private static final ObjectNode RELEASE = Bodies.object().put("reason", "the laptop was found");

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    /** Started before the clock is put forward: its certificate is to be valid now. */
    @BeforeAll
    static void startTheSecond() {
        server.second();
    }

    private static String path(Exchange request) {
        return ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0);
    }

    private static Exchange revoke(Exchange request, String reason) {
        return server.administrator()
                .post(path(request) + "/revoke", Bodies.revocation(reason))
                .expect(200);
    }

    private static Exchange release(Exchange request) {
        return server.administrator().post(path(request) + "/release", RELEASE);
    }

    private static Exchange issue(String name) {
        return server.administrator().submit(TestCsrs.p256(name)).expect(201);
    }

    private static @Nullable X509CRLEntry listed(Exchange request) {
        String issuer = Await.value(server.database()
                        .query(
                                "SELECT issuer_id FROM certificates WHERE id = $1",
                                Tuple.of(request.certificateIds().get(0))))
                .iterator()
                .next()
                .getString("issuer_id");
        byte[] der = new Publication(server.uri(), server.first().roots())
                .get("/ca/" + issuer + ".crl")
                .body();
        try {
            return ((X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der)))
                    .getRevokedCertificate(
                            new BigInteger(request.text("/status/certificates/0/status/serial_number"), 16));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String reasonOf(@Nullable X509CRLEntry entry) {
        return entry == null ? "not listed" : String.valueOf(entry.getRevocationReason());
    }

    @Test
    void released_isGoodAgain_andOffTheList_andRenewedAsBefore() {
        Exchange made = issue("found.test");
        Exchange before = server.administrator().get(path(made)).expect(200);
        Exchange held = revoke(made, "certificateHold");
        assertThat(held.text("/status/revoked/reason")).isEqualTo("certificateHold");
        Exchange stopped = server.administrator().request(made.id()).expect(200);
        assertThat(stopped.at("/status/auto_renew").asBoolean()).isFalse();
        assertThat(stopped.text("/status/reason")).isEqualTo("on-hold");
        Exchange tagged = server.administrator().get(path(made)).expect(200);
        Until.is(() -> reasonOf(listed(made)).equals("CERTIFICATE_HOLD"), "it is listed as on hold");

        Exchange released = release(made).expect(200);

        assertThat(released.at("/status/revoked").isMissingNode()).isTrue();
        Exchange renewing = server.administrator().request(made.id()).expect(200);
        assertThat(renewing.at("/status/auto_renew").asBoolean()).isTrue();
        assertThat(renewing.at("/status/reason").isMissingNode()).isTrue();
        assertThat(renewing.etag()).isNotEqualTo(stopped.etag());
        Exchange after = server.administrator().get(path(made)).expect(200);
        assertThat(List.of(tagged.etag(), before.etag())).doesNotHaveDuplicates();
        assertThat(after.etag()).isEqualTo(before.etag());
        Until.is(() -> listed(made) == null, "it is not listed any more");
        release(made).expectProblem(409, "conflict");
    }

    @Test
    void renewalThatWasDueMeanwhile_isMadeUpFor() {
        Exchange made = issue("due.test");
        revoke(made, "certificateHold");
        Await.value(server.database()
                .query(
                        "UPDATE certificates SET renewal_time = now() - interval '1 minute' WHERE request_id = $1",
                        Tuple.of(made.id())));

        release(made).expect(200);

        Until.is(
                () -> server.administrator()
                                .request(made.id())
                                .expect(200)
                                .certificates()
                                .size()
                        == 2,
                "it is renewed");
    }

    @Test
    void held_givesWayToAReasonThatIsForGood_once() {
        Exchange made = issue("worse.test");
        Exchange held = revoke(made, "certificateHold");
        assertThat(revoke(made, "certificateHold").at("/status/revoked")).isEqualTo(held.at("/status/revoked"));
        Until.is(() -> reasonOf(listed(made)).equals("CERTIFICATE_HOLD"), "it is listed as on hold");
        server.clock().advance(Duration.ofSeconds(5));

        Exchange gone = revoke(made, "cessationOfOperation");

        assertThat(gone.text("/status/revoked/reason")).isEqualTo("cessationOfOperation");
        assertThat(gone.text("/status/revoked/time")).isNotEqualTo(held.text("/status/revoked/time"));
        Until.is(() -> reasonOf(listed(made)).equals("CESSATION_OF_OPERATION"), "it is listed for good");
        assertThat(revoke(made, "certificateHold").at("/status/revoked")).isEqualTo(gone.at("/status/revoked"));
        release(made).expectProblem(409, "conflict");
        assertThat(server.administrator().request(made.id()).expect(200).text("/status/reason"))
                .isEqualTo("revoked");
    }

    @Test
    void held_isNotMadeAnew() {
        Exchange made = issue("anew.test");
        revoke(made, "certificateHold");
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/reissue",
                        Bodies.reissue(made.id(), made.text("/status/certificates/0/status/not_after")))
                .expectProblem(409, "conflict");
    }

    @Test
    void notOnHold_isNotReleased() {
        Exchange good = issue("good.test");
        release(good).expectProblem(409, "conflict");
        revoke(good, "superseded");
        release(good).expectProblem(409, "conflict");
        server.administrator()
                .post(ApiClient.CERTIFICATES + "/0000000000000000000000/release", RELEASE)
                .expectProblem(404, "notFound");
        server.administrator().post(path(good) + "/release", Bodies.object()).expectProblem(400, "malformed");
    }

    @Test
    void heldWhoseKeyWasBlockedMeanwhile_isNotReleased() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made =
                server.administrator().submit(TestCsrs.p256(key, "one.test")).expect(201);
        revoke(made, "certificateHold");
        Await.value(server.database()
                .query(
                        "INSERT INTO refused_keys SELECT org_id, spki_sha256, 'blocked', now() FROM generations"
                                + " WHERE request_id = $1",
                        Tuple.of(made.id())));

        release(made).expectProblem(409, "conflict");
    }

    @Test
    void itsOwner_mayHoldIt_andNotReleaseIt() {
        EnrolledAgent agent = server.agent("owned.test");
        Exchange made = agent.api().submit(TestCsrs.p256("owned.test")).expect(201);
        agent.api()
                .post(path(made) + "/revoke", Bodies.revocation("certificateHold"))
                .expect(200);
        agent.api().post(path(made) + "/release", RELEASE).expectProblem(403, "unauthorized");
        MadeAccount security = server.account(List.of("security-administrator"));
        security.api().post(path(made) + "/release", RELEASE).expect(200);
    }

    @Test
    void held_opensNothing_untilItIsReleased() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made =
                server.administrator().submit(TestCsrs.p256(key, "client.test")).expect(201);
        ClientIdentity identity = ClientIdentity.of(key, made.text("/status/certificates/0/spec/certificate"));
        server.accountOf(identity, List.of("reader"));
        ApiClient caller = server.nobody().as(identity);
        caller.get("/v1/me").expect(200);

        revoke(made, "certificateHold");
        Until.is(() -> caller.get("/v1/me").status() == 401, "the held certificate opens nothing");
        assertThat(server.second().nobody().as(identity).get("/v1/me").status()).isEqualTo(401);

        release(made).expect(200);
        Until.is(() -> caller.get("/v1/me").status() == 200, "the released one does again");
    }

    /** Reliability T12: as long as it cannot be looked up whether it is revoked, it opens nothing. */
    @Test
    void whatCannotBeLookedUp_opensNothing() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made =
                server.administrator().submit(TestCsrs.p256(key, "locked.test")).expect(201);
        ClientIdentity identity = ClientIdentity.of(key, made.text("/status/certificates/0/spec/certificate"));
        MadeAccount account = server.accountOf(identity, List.of("reader"));
        SqlConnection other = Await.value(server.database().pool().getConnection());
        Transaction transaction = Await.value(other.begin());
        Await.value(
                other.query("LOCK TABLE certificates IN ACCESS EXCLUSIVE MODE").execute());
        try {
            server.second().nobody().as(identity).get("/v1/me").expectProblem(503, "unavailable");
        } finally {
            Await.value(transaction.rollback());
            Await.value(other.close());
        }
        assertThat(server.nobody().as(identity).get("/v1/me").expect(200).text("/status/name"))
                .isEqualTo("account:" + account.id());
    }

    @Test
    void eachAct_isOnRecord_ofTheRequestAndOfTheCertificate() {
        Exchange made = issue("record.test");
        revoke(made, "certificateHold");
        release(made).expect(200);
        for (String object : List.of(made.id(), made.certificateIds().get(0))) {
            Exchange rows = server.administrator()
                    .get(ApiClient.AUDIT + "?object_id=" + object)
                    .expect(200);
            assertThat(rows.at("/audit_events").findValuesAsText("action"))
                    .containsAnyOf("release", "release-certificate")
                    .containsAnyOf("revoke", "revoke-certificate");
        }
    }
}
