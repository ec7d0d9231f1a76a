package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Cli;
import dev.perennial.server.testing.TestCsrs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code admin signers} and {@code admin approve --authority} against a real server. */
final class PeopleSignersIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @TempDir
    private Path home;

    private Cli cli;

    @BeforeEach
    void bootstrap() throws Exception {
        Path ca = Files.writeString(home.resolve("ca.pem"), server.first().roots());
        cli = new Cli(server.clock(), home)
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", ca.toString())
                .with("PERENNIAL_TOKEN", server.first().administratorToken());
    }

    @Test
    void signers_areListedWithTheirTerms() {
        assertThat(cli.admin("signers").out())
                .containsPattern("perennial.dev/client +client +P\\w+ +grants +no +yes +");
        assertThat(cli.admin("signers", "--json").json().get("signers")).isNotEmpty();
        assertThat(cli.admin("signers", "show", "perennial.dev/manual").out())
                .contains("chosen by a person", "PT8760H", "requested");
    }

    @Test
    void signers_areMadeChangedAndDisabled() {
        String name = "people.test/web";
        String made = cli.admin(
                        "signers",
                        "create",
                        name,
                        "--authority",
                        server.authorityId(),
                        "--profile",
                        "server+client",
                        "--validity",
                        "P30D",
                        "--json")
                .json()
                .at("/metadata/id")
                .asText();
        cli.admin("signers", "change", name, "--validity", "P20D", "--policy", "person", "--four-eyes");
        cli.admin("signers", "change", made, "--revocation", "none", "--certificate-policy", "1.2.3.4");
        assertThat(cli.admin("signers", "show", name).out())
                .contains(made, "default", "server+client", "PT480H", "person", "none", "1.2.3.4")
                .containsPattern("four eyes +yes");
        cli.admin("signers", "disable", name);
        assertThat(cli.admin("signers", "list").out()).containsPattern("people.test/web .*yes +no +");
        cli.admin("signers", "enable", name);
        assertThat(cli.run("admin", "signers", "show", "people.test/none")
                        .expect(1)
                        .err())
                .contains("no such signer", "signers list");
    }

    @Test
    void aManualRequest_isSignedWithTheCaThatIsSaid() {
        String id = server.administrator()
                .post(
                        ApiClient.REQUESTS,
                        Bodies.with(
                                Bodies.request(
                                        TestCsrs.p256("manual.people.test"), "target_issuer", "perennial.dev/manual"),
                                "usages",
                                List.of("server auth", "client auth")))
                .expect(201)
                .id();
        assertThat(cli.admin("show", id).out()).containsPattern("usages +server auth, client auth");
        assertThat(cli.run("admin", "approve", id, "--reason", "said so", "--yes")
                        .expect(1)
                        .err())
                .contains("ca_id");
        assertThat(cli.admin(
                                "approve",
                                id,
                                "--reason",
                                "said so",
                                "--yes",
                                "--authority",
                                server.authorityId(),
                                "--validity",
                                "P30D")
                        .out())
                .contains("ISSUED");
    }
}
