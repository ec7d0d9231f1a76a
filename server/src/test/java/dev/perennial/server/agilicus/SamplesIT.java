package dev.perennial.server.agilicus;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Golden;
import dev.perennial.server.testing.TestCsrs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The models of the page and of the contract, whole, as golden files. */
class SamplesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient administrator = server.administrator();

    private static void check(String name, Exchange answer) {
        Golden.check("agilicus/" + name, answer.body());
    }

    @Test
    void request_isMade_shown_withItsUpdates_reissued_andKnownAgain() {
        String pem = TestCsrs.withSubject(TestCsrs.keyPair(), "CN=www.sample.test", "www.sample.test");
        Exchange made = administrator
                .post(ApiClient.REQUESTS, Bodies.request(pem, "uid", "sample"))
                .expect(201);
        check("request", made);
        check("request", administrator.request(made.id()).expect(200));
        check(
                "request-with-updates",
                administrator
                        .get(ApiClient.REQUESTS + "/" + made.id() + "?get_certificate_updates=true")
                        .expect(200));
        check(
                "certificate",
                administrator
                        .get(ApiClient.CERTIFICATES + "/"
                                + made.certificateIds().get(0))
                        .expect(200));
        String notAfter = made.text("/status/certificates/0/status/not_after");
        check(
                "reissue",
                administrator
                        .post(ApiClient.REQUESTS + "/reissue", Bodies.reissue(made.id(), notAfter))
                        .expect(201));
        check(
                "reissue-conflict",
                administrator
                        .post(ApiClient.REQUESTS + "/reissue", Bodies.reissue(made.id(), "2026-01-01T00:00:00Z"))
                        .expect(409));
        check("duplicate", administrator.submit(pem).expect(409));
    }

    @Test
    void agents_seeTheirOwn_inAListOfTheSameForm() {
        EnrolledAgent agent = server.agent("*.agent.test");
        agent.api().submit(TestCsrs.p256("www.agent.test")).expect(201);
        check("list", agent.api().get(ApiClient.REQUESTS).expect(200));
        check(
                "list",
                agent.api()
                        .get(ApiClient.AGENTS + "/" + agent.id() + "/certificate_signing_requests")
                        .expect(200));
        check("certificate-list", agent.api().get(ApiClient.CERTIFICATES).expect(200));
        check("root-list", server.nobody().get("/v1/root_certificates").expect(200));
    }

    @Test
    void errors_haveACodeAndAMessage() {
        check("unauthenticated", server.nobody().get(ApiClient.REQUESTS).expect(401));
        check("unknown", administrator.request("0".repeat(22)).expect(404));
        check("malformed", administrator.send("POST", ApiClient.REQUESTS, "{}").expect(400));
        check(
                "rejected-identifier",
                server.agent("*.agent.test")
                        .api()
                        .submit(TestCsrs.p256("other.test"))
                        .expect(403));
    }
}
