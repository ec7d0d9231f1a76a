package dev.perennial.server.notary;

import static dev.perennial.server.notary.NotaryCalls.ACCOUNTS;
import static dev.perennial.server.notary.NotaryCalls.AUTHORITIES;
import static dev.perennial.server.notary.NotaryCalls.PASSWORD;
import static dev.perennial.server.notary.NotaryCalls.REQUESTS;
import static dev.perennial.server.notary.NotaryCalls.account;
import static dev.perennial.server.notary.NotaryCalls.certificate;
import static dev.perennial.server.notary.NotaryCalls.created;
import static dev.perennial.server.notary.NotaryCalls.csr;
import static dev.perennial.server.notary.NotaryCalls.newAuthority;
import static dev.perennial.server.notary.NotaryCalls.pair;
import static dev.perennial.server.notary.NotaryCalls.post;
import static dev.perennial.server.notary.NotaryCalls.request;
import static dev.perennial.server.notary.NotaryCalls.sign;

import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Golden;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each sample response of the page, and the other bodies that the contract shows, as a golden file. */
class NotarySamplesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    private static ApiClient administrator;
    private static Exchange madeRoot;
    private static long root;

    @BeforeAll
    static void makeRoot() {
        administrator = server.accountOf(server.organisation("**"), List.of("administrator"), "**")
                .api();
        madeRoot = administrator.post(AUTHORITIES, newAuthority(true));
        root = created(madeRoot);
    }

    private static void check(String name, Exchange answer) {
        Golden.check("notary/" + name, answer.body());
    }

    private static void success(int status, Exchange answer) {
        check("success", answer.expect(status));
    }

    @Test
    void requests_areListed_made_shown_andDeleted() {
        ApiClient requester = server.accountOf(server.organisation("**"), List.of("requester"), "**")
                .api();
        Exchange made =
                requester.post(REQUESTS, csr(TestCsrs.p256("sample.test"))).expect(201);
        check("created", made);
        check("list", requester.get(REQUESTS).expect(200));
        check("one", requester.get(request(created(made))).expect(200));
        success(202, administrator.delete(request(request(administrator, "deleted.test"))));
    }

    @Test
    void certificates_areSigned_revoked_takenAway_uploaded_orRejected() {
        long number = request(administrator, "signed.test");
        success(202, sign(administrator, number, root));
        check("signed", administrator.get(request(number)).expect(200));
        success(202, post(administrator, certificate(number) + "/revoke"));
        check("revoked", administrator.get(request(number)).expect(200));

        long other = request(administrator, "other.test");
        success(202, sign(administrator, other, root));
        success(200, administrator.delete(certificate(other)));

        KeyPair key = TestCsrs.keyPair();
        long elsewhere = created(administrator.post(REQUESTS, csr(TestCsrs.p256(key, "elsewhere.test"))));
        TestCa ca = TestCa.root(KeyKind.EC_P256);
        SubjectPublicKey subject = SubjectPublicKey.parse(key.getPublic().getEncoded());
        String chain = ca.issue(ca.plan(server.clock().instant(), subject, "elsewhere.test"))
                        .pem()
                + ca.certificate().pem();
        check(
                "uploaded",
                administrator
                        .post(certificate(elsewhere), Bodies.object().put("certificate", chain))
                        .expect(201));

        long unwanted = request(administrator, "unwanted.test");
        success(202, post(administrator, request(unwanted) + "/reject"));
        check("rejected", administrator.get(request(unwanted)).expect(200));
    }

    @Test
    void authorities_areMade_shown_andHaveACrl() {
        check("authority-created", madeRoot);
        String path = NotaryCalls.authority(root);
        Until.is(() -> server.nobody().get(path + "/crl").status() == 200, "the first CRL");
        check("authority", administrator.get(path).expect(200));
        check("crl", server.nobody().get(path + "/crl").expect(200));
    }

    @Test
    void status_andLogin() {
        check("status", server.nobody().get("/status").expect(200));
        server.administrator().post(ACCOUNTS, account("sample@example.com", 2)).expect(201);
        check(
                "login",
                server.nobody()
                        .post("/login", pair("sample@example.com", PASSWORD))
                        .expect(200));
    }

    /** In the contract's exact words. */
    @Test
    void errors_areOneText() {
        check("no-json", administrator.send("POST", REQUESTS, "{").expect(400));
        check("no-csr", administrator.send("POST", REQUESTS, "{}").expect(400));
        check("no-number", administrator.get(REQUESTS + "/x").expect(400));
        check("unauthorized", server.nobody().get(REQUESTS).expect(401));
        check(
                "forbidden",
                server.account(List.of("reader"))
                        .api()
                        .send("POST", REQUESTS, "{}")
                        .expect(403));
        check("not-found", administrator.get(request(999_999_999)).expect(404));
        String large = Bodies.object().put("csr", "x".repeat(101 * 1024)).toString();
        check("too-large", administrator.send("POST", REQUESTS, large).expect(413));
    }
}
