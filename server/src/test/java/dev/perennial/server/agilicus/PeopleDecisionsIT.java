package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Cli;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code admin approve} and {@code admin deny}: what is shown is what is decided about. */
final class PeopleDecisionsIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.GRANTS_OR_PERSON, true);

    @TempDir
    private Path home;

    private Cli approver;
    private EnrolledAgent agent;

    @BeforeEach
    void approver() throws Exception {
        String account = server.account(List.of("security-administrator")).id();
        String token = server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", account)))
                .expect(201)
                .text("/status/token");
        Path ca = Files.writeString(home.resolve("ca.pem"), server.first().roots());
        approver = new Cli(server.clock(), home)
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", ca.toString())
                .with("PERENNIAL_TOKEN", token);
        agent = server.agent("granted.test");
    }

    @Test
    void approve_showsWhatIsAsked_andItIsIssued() {
        Exchange held = agent.api().submit(TestCsrs.p256("wanted.test")).expect(201);
        Cli.Ran done = approver.admin("approve", held.id(), "--reason", "ticket 4711", "--yes");
        assertThat(done.line()).isEqualTo("approved " + held.id() + ": now ISSUED");
        assertThat(done.err())
                .contains("PENDING (approval-required: ", "dns:wanted.test", held.text("/status/pkcs10_sha256"));
        assertThat(server.administrator().request(held.id()).expect(200).state())
                .isEqualTo("ISSUED");
        assertThat(approver.run("admin", "approve", held.id(), "--reason", "again", "--yes")
                        .expect(1)
                        .err())
                .contains("409 conflict");
    }

    @Test
    void deny_isToldToTheRequester() {
        Exchange held = agent.api().submit(TestCsrs.p256("unwanted.test")).expect(201);
        assertThat(approver.admin("deny", held.id(), "--reason", "not our domain", "--yes", "--json")
                        .json()
                        .at("/status/state")
                        .asText())
                .isEqualTo("DENIED");
        assertThat(agent.api().request(held.id()).expect(200).text("/status/message"))
                .isEqualTo("not our domain");
    }

    @Test
    void whatWasShownBefore_isDecidedAbout_orNothingIs() {
        Exchange held = agent.api().submit(TestCsrs.p256("first.test")).expect(201);
        String seen = held.text("/status/pkcs10_sha256");
        agent.api()
                .replace(held.id(), Bodies.request(TestCsrs.p256("second.test")))
                .expect(200);
        assertThat(approver.run("admin", "approve", held.id(), "--reason", "seen", "--pkcs10-sha256", seen)
                        .expect(1)
                        .err())
                .contains("409 conflict");
        assertThat(approver.run("admin", "approve", held.id(), "--reason", "seen", "--pkcs10-sha256", "12")
                        .expect(2)
                        .err())
                .contains("64 hexadecimal digits");
        assertThat(server.administrator().request(held.id()).expect(200).state())
                .isEqualTo("PENDING");
    }

    @Test
    void whatWaitsBesideACertificate_isShown_andDecidedAbout() {
        Exchange issued = agent.api().submit(TestCsrs.p256("granted.test")).expect(201);
        Exchange held = agent.api()
                .replace(issued.id(), Bodies.request(TestCsrs.p256("granted.test", "more.test")))
                .expect(200);
        String next = held.text("/status/next/pkcs10_sha256");
        assertThat(approver.admin("requests", "--all").out()).contains("ISSUED next PENDING");
        assertThat(approver.admin("show", issued.id()).out())
                .contains("generation 2: PENDING", "dns:more.test", next + " (of the PKCS#10)");
        approver.admin("approve", issued.id(), "--reason", "both are ours", "--yes");
        assertThat(server.administrator()
                        .request(issued.id())
                        .expect(200)
                        .newestCertificate()
                        .identifiers()
                        .toString())
                .contains("more.test");
    }
}
