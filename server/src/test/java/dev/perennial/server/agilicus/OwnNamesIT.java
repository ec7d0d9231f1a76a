package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What agents would take for a server of theirs: its names, and the wildcards over them. */
class OwnNamesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().hostnames("certs.example.com", "certs.example.org");

    @ParameterizedTest
    @ValueSource(strings = {"certs.example.com", "*.example.com"})
    void submit_ofAnOwnNameOrAWildcardOverIt_underAWideGrant_isRefused(String name) {
        EnrolledAgent wide = server.agent("**.example.com");

        Exchange refused =
                wide.api().submit(TestCsrs.p256("www.example.com", name)).expectProblem(403, "rejectedIdentifier");

        assertThat(refused.texts("/identifiers")).containsExactly(name);
        assertThat(refused.detail()).contains("own-names");
        wide.api()
                .submit(TestCsrs.p256("www.example.com", "*.certs.example.com"))
                .expect(201);
    }

    @Test
    void submit_ofAnOwnName_underAGrantOfExactlyThat_isIssued() {
        EnrolledAgent exact = server.agent("certs.example.com");

        exact.api().submit(TestCsrs.p256("certs.example.com")).expect(201);

        exact.api().submit(TestCsrs.p256("*.example.com")).expectProblem(403, "rejectedIdentifier");
        server.administrator().submit(TestCsrs.p256("*.example.com")).expect(201);
    }

    @Test
    void submit_ofTheNameOfAnotherServerOfTheDatabase_isRefusedToo() {
        EnrolledAgent wide = server.agent("**.example.org");
        String pem = TestCsrs.p256("certs.example.org");
        ApiClient second = wide.api().at(server.second().uri());

        second.submit(pem).expectProblem(403, "rejectedIdentifier");

        // The first hears of the second with one of its next heartbeats.
        Until.is(
                () -> wide.api()
                        .post(ApiClient.REQUESTS + "?dry_run=true", Bodies.request(pem))
                        .expect(200)
                        .text("/rule")
                        .equals("own-names"),
                "the first server knows the second's name");
        wide.api().submit(pem).expectProblem(403, "rejectedIdentifier");
        wide.api().submit(TestCsrs.p256("*.example.org")).expectProblem(403, "rejectedIdentifier");
        second.submit(TestCsrs.p256("www.example.org")).expect(201);
    }
}
