package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Cli;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Each {@code admin} command against a real server: its table, its JSON, and what it changes. */
final class PeopleAdminIT {
    private static final String ISO_LOCAL = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d";

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

    private static JsonNode list(Cli.Ran ran, String name) {
        JsonNode list = ran.json().get(name);
        assertThat(list).as(ran.out()).isNotNull();
        return list;
    }

    @Test
    void requests_areListedAndShown() {
        Exchange made = server.administrator().submit(TestCsrs.p256("www.listed.test", "listed.test", "a.listed.test"));
        String id = made.expect(201).id();
        Cli.Ran table = cli.admin("requests", "--all");
        assertThat(table.out().lines().findFirst().orElseThrow()).matches("ID +STATE +NAMES +SIGNER +EXPIRES +CREATED");
        assertThat(table.out().lines().filter(line -> line.startsWith(id)))
                .singleElement()
                .asString()
                .matches(
                        id
                                + " +ISSUED +a.listed.test listed.test \\+1 +perennial.dev/server +in (89|90) d +(now|\\d+ s ago)");
        assertThat(list(cli.admin("requests", "--all", "--json"), "certificate_signing_requests")
                        .findValuesAsText("id"))
                .contains(id);

        assertThat(cli.admin("show", id).out())
                .contains(
                        "ISSUED", //
                        "dns:www.listed.test",
                        "dns:a.listed.test",
                        "EC 256",
                        "(of the PKCS#10)",
                        made.certificateIds().get(0));
        assertThat(cli.admin("show", "--json", id).json().at("/metadata/id").asText())
                .isEqualTo(id);
        String certificate = made.certificateIds().get(0);
        assertThat(cli.admin("show", certificate).out()).contains("a.listed.test", "valid", "serial");
        assertThat(cli.run("admin", "show", "AAAAAAAAAAAAAAAAAAAAAA").expect(1).err())
                .contains("no request, certificate or agent");
        assertThat(cli.run("admin", "show", "../accounts").expect(2).err()).contains("is no id");
    }

    @Test
    void aLongList_isGotToItsEnd_orSaidToBeCut() {
        for (int number = 0; number < 3; number++) {
            server.administrator().submit(TestCsrs.p256(number + ".long.test")).expect(201);
        }
        Cli.Ran cut = cli.admin("requests", "--limit", "2");
        assertThat(cut.out().lines()).hasSize(3);
        assertThat(cut.err()).contains("the first 2", "--all");
        assertThat(cli.admin("requests", "--all").err()).isEmpty();
        assertThat(cli.run("admin", "requests", "--limit", "0").expect(2).err()).contains("--limit");
    }

    @Test
    void requestsAndCertificates_areFound_andCounted() {
        for (int number = 0; number < 3; number++) {
            server.administrator().submit(TestCsrs.p256(number + ".found.test")).expect(201);
        }
        assertThat(cli.admin("requests", "--name", "1.found.test", "--state", "ISSUED")
                        .out()
                        .lines())
                .hasSize(2)
                .last()
                .asString()
                .contains("1.found.test");
        assertThat(cli.admin("requests", "--name-contains", "found.test", "--state", "pending")
                        .err())
                .contains("no requests");
        assertThat(cli.admin("certificates", "--name-contains", "found.test", "--count")
                        .line())
                .isEqualTo("3");
        assertThat(cli.admin("certificates", "--name-contains", "found.test", "--expires-before", "P30D", "--count")
                        .line())
                .isEqualTo("0");
        assertThat(cli.admin("certificates", "--name-contains", "found.test", "--state", "valid")
                        .out()
                        .lines())
                .hasSize(4);
    }

    @Test
    void whetherACertificateIsGood_isToldByTheServersClock() {
        server.administrator().submit(TestCsrs.p256("clock.test")).expect(201);
        Cli wrong = new Cli(() -> server.clock().instant().plus(java.time.Duration.ofDays(400)), home)
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", home.resolve("ca.pem").toString())
                .with("PERENNIAL_TOKEN", server.first().administratorToken());
        assertThat(wrong.admin("certificates", "--name", "clock.test").out())
                .containsPattern(" valid +clock.test +in \\d+ d ");
    }

    @Test
    void revoke_needsConsent_andIsShown() {
        Exchange made =
                server.administrator().submit(TestCsrs.p256("revoked.test")).expect(201);
        String id = made.certificateIds().get(0);
        Cli.Ran unasked = cli.run("admin", "revoke", id, "--reason", "keyCompromise");
        assertThat(unasked.expect(2).err()).contains("revoked.test", "--yes");
        assertThat(server.administrator()
                        .get(ApiClient.CERTIFICATES + "/" + id)
                        .at("/status/revoked")
                        .isMissingNode())
                .isTrue();
        assertThat(cli.admin("revoke", id, "--reason", "keyCompromise", "--yes").line())
                .matches("revoked " + id + " " + ISO_LOCAL + " .*: keyCompromise");
        assertThat(cli.admin("certificates", "--all").out().lines().filter(line -> line.startsWith(id)))
                .singleElement()
                .asString()
                .matches(id + " +revoked +revoked.test +.*" + made.id());
        assertThat(list(cli.admin("certificates", "--request", made.id(), "--json"), "certificates"))
                .hasSize(1);
        assertThat(cli.run("admin", "revoke", id, "--reason", "boredom", "--yes")
                        .expect(1)
                        .err())
                .contains("400 badRevocationReason", "HTTP request ");
    }

    @Test
    void rotate_setsTheSignal_withReasonAndDeadline() {
        String id = server.administrator()
                .submit(TestCsrs.p256("rotated.test"))
                .expect(201)
                .id();
        cli.admin("rotate", id, "--reason", "laptop lost", "--deadline", "P2D");
        Exchange seen = server.administrator().request(id).expect(200);
        assertThat(seen.text("/status/rotation/reason")).isEqualTo("laptop lost");
        assertThat(seen.text("/status/rotation/deadline"))
                .startsWith(server.clock()
                        .instant()
                        .plus(java.time.Duration.ofDays(2))
                        .toString()
                        .substring(0, 13));
        assertThat(cli.admin("show", id).out()).contains("asked for, until", ": laptop lost");
    }

    @Test
    void organisations_areMadeAndChanged() {
        JsonNode made = cli.admin("organisations", "create", "Web shop", "--names", "**.shop.test", "--json")
                .json();
        String id = made.at("/metadata/id").asText();
        assertThat(cli.admin("organisations", "list").out()).contains(id, "Web shop", "**.shop.test", "default");
        cli.admin("organisations", "change", id, "--names", "**.shop.test", "--names", "**.store.test");
        assertThat(cli.admin("organisations", "show", id).out()).contains("Web shop", "**.store.test");
        cli.admin("organisations", "change", id, "--rename", "Store");
        assertThat(cli.admin("organisations", "show", id).out()).contains("Store", "**.store.test");
    }

    @Test
    void accounts_liveTheirWholeLives_calledByTheirNames() throws Exception {
        Path password = Files.writeString(home.resolve("password"), "a first long password\n");
        cli.admin(
                "accounts",
                "create",
                "Greta",
                "--role",
                "requester",
                "--names",
                "**.greta.test",
                "--password-file",
                password.toString());
        assertThat(server.nobody()
                        .withPassword("greta", "a first long password")
                        .get("/v1/me")
                        .status())
                .isEqualTo(200);
        assertThat(cli.admin("accounts", "list").out())
                .containsPattern("greta +default +requester +\\*\\*.greta.test +yes +yes");

        cli.admin("accounts", "change", "greta", "--role", "requester", "--role", "reader");
        assertThat(cli.admin("accounts", "show", "greta").out()).contains("reader", "requester", "**.greta.test");
        cli.admin("accounts", "change", "greta", "--names", "");
        assertThat(cli.admin("accounts", "show", "greta", "--json").json().at("/spec/names"))
                .isEmpty();

        cli.typing("a second long password\n").admin("accounts", "password", "greta", "--password-file", "-");
        server.nobody()
                .withPassword("greta", "a second long password")
                .get("/v1/me")
                .expect(200);

        assertThat(cli.run("admin", "accounts", "disable", "greta").expect(2).err())
                .contains("--yes");
        cli.admin("accounts", "disable", "greta", "--yes");
        server.nobody()
                .withPassword("greta", "a second long password")
                .get("/v1/me")
                .expect(401);
        cli.admin("accounts", "enable", "greta");
        server.nobody()
                .withPassword("greta", "a second long password")
                .get("/v1/me")
                .expect(200);

        assertThat(cli.run("admin", "accounts", "delete", "greta").expect(2).err())
                .contains("--yes");
        assertThat(cli.admin("accounts", "delete", "greta", "--yes", "--json")
                        .json()
                        .get("deleted"))
                .isNotNull();
        assertThat(cli.run("admin", "accounts", "show", "greta").expect(1).err())
                .contains("there is no such account: greta");
    }

    @Test
    void ownPassword_isChangedWithThePresentOne_andATokenOfOnesOwnMadeWithIt() throws Exception {
        Path present = Files.writeString(home.resolve("present"), "the present password\n");
        cli.admin(
                "accounts",
                "create",
                "heidi",
                "--role",
                "requester",
                "--names",
                "**.heidi.test",
                "--password-file",
                present.toString());
        Cli heidi = new Cli(server.clock(), home.resolve("heidi"));
        heidi.run(
                        "login",
                        "--server",
                        server.uri().toString(),
                        "--ca",
                        home.resolve("ca.pem").toString(),
                        "--user",
                        "heidi",
                        "--password-file",
                        present.toString())
                .expect(0);
        Path next = Files.writeString(home.resolve("next"), "the next password\n");
        heidi.admin(
                "accounts",
                "password",
                "heidi",
                "--password-file",
                next.toString(),
                "--present-password-file",
                present.toString());
        server.nobody().withPassword("heidi", "the next password").get("/v1/me").expect(200);

        Cli.Ran made = heidi.admin("tokens", "create", "--names", "a.heidi.test", "--password-file", next.toString());
        ApiClient token = server.nobody().withToken(made.line());
        token.submit(TestCsrs.p256("a.heidi.test")).expect(201);
        token.submit(TestCsrs.p256("b.heidi.test")).expect(403);
    }

    @Test
    void tokens_areMadeForAScript_andTakenBack() {
        server.administrator()
                .post(ApiClient.ACCOUNTS, Bodies.account("default", "robot", List.of("requester"), "**.robot.test"))
                .expect(201);
        Cli.Ran made = cli.admin("tokens", "create", "--account", "robot", "--role", "requester", "--expires", "P30D");
        assertThat(made.err())
                .contains("shown this once")
                .containsPattern("\\(in (29|30) days\\)")
                .doesNotContain(made.line());
        ApiClient robot = server.nobody().withToken(made.line());
        robot.submit(TestCsrs.p256("www.robot.test")).expect(201);

        JsonNode tokens = list(cli.admin("tokens", "list", "--account", "robot", "--json"), "access_tokens");
        assertThat(tokens).hasSize(1);
        String id = tokens.at("/0/metadata/id").asText();
        Cli.Ran table = cli.admin("tokens", "list", "--account", "robot");
        assertThat(table.out())
                .containsPattern(id + " +robot +default +requester +all +")
                .doesNotContain(made.line());
        assertThat(cli.run("admin", "tokens", "delete", id).expect(2).err()).contains("--yes");
        assertThat(cli.admin("tokens", "delete", id, "--yes").line()).isEqualTo("deleted access token " + id);
        robot.get("/v1/me").expectProblem(401, "unauthenticated");
    }

    @Test
    void enrolments_areMadeForAScript_andTakenBack() {
        Cli.Ran made = cli.admin("enrolments", "create", "--names", "www.enrolled.test", "--uses", "3");
        server.nobody().enrol(made.line(), "host", TestCsrs.keyPair()).expect(201);
        String row = cli.admin("enrolments", "list", "--all")
                .out()
                .lines()
                .filter(line -> line.contains("www.enrolled.test"))
                .findFirst()
                .orElseThrow();
        assertThat(row).matches("\\S+ +default +www.enrolled.test +2 +in \\d+ min");
        String id = row.substring(0, row.indexOf(' '));
        cli.admin("enrolments", "delete", id, "--yes");
        server.nobody().enrol(made.line(), "host", TestCsrs.keyPair()).expect(401);
    }

    @Test
    void agents_areGivenNames_andRetired() {
        EnrolledAgent agent = server.agent("www.agent.test");
        assertThat(cli.admin("agents", "list", "--all").out()).containsPattern(agent.id() + " +host +active +");
        cli.admin("agents", "names", agent.id(), "a.agent.test", "b.agent.test");
        assertThat(cli.admin("agents", "show", agent.id()).out()).contains("a.agent.test", "b.agent.test");
        assertThat(cli.admin("show", agent.id()).out()).contains("a.agent.test");
        assertThat(cli.run("admin", "agents", "retire", agent.id()).expect(2).err())
                .contains("--yes");
        cli.admin("agents", "retire", agent.id(), "--yes");
        assertThat(cli.admin("agents", "show", agent.id(), "--json")
                        .json()
                        .at("/status/state")
                        .asText())
                .isEqualTo("retired");
    }

    @Test
    void whatTheServerTells_cannotSteerATerminal() {
        String hostile = "shop\u202e\u001b[2J\u009b1m\u200bgro.elpmaxe\nFAKE ROW";
        String id = server.organisation("**.hostile.test");
        // The server takes no such name: it is another server, or one that was broken into, that shows it.
        Await.value(server.database().query("UPDATE organisations SET name = $2 WHERE id = $1", Tuple.of(id, hostile)));
        String shown = "shop\\u202e\\u001b[2J\\u009b1m\\u200bgro.elpmaxe\\u000aFAKE ROW";
        assertThat(cli.admin("organisations", "list", "--all").out())
                .contains(shown)
                .doesNotContain("\u202e", "\u001b", "\nFAKE");
        assertThat(cli.admin("organisations", "show", id).out()).contains(shown).doesNotContain("\u202e", "\u001b");
        Cli.Ran json = cli.admin("organisations", "show", id, "--json");
        assertThat(json.out()).isASCII().doesNotContain("\u001b");
        assertThat(json.json().at("/spec/name").asText()).isEqualTo(hostile);
    }

    @Test
    void aMistakeOnTheCommandLine_isTwo_andSaysWhatThereIs() {
        assertThat(cli.run("admin").expect(2).err()).contains("requests", "approve", "accounts");
        assertThat(cli.run("admin", "request").expect(2).err()).contains("'request'", "Did you mean", "requests");
        assertThat(cli.run("admin", "approve", "ID").expect(2).err()).contains("--reason");
        assertThat(cli.run("admin", "accounts", "create").expect(2).err()).contains("NAME");
        assertThat(cli.run("admin", "revoke", "--help").expect(0).out()).contains("keyCompromise", "--yes", "--server");
        assertThat(cli.run("admin", "--help").expect(0).out()).contains("PERENNIAL_TOKEN", "Exit codes");
        assertThat(cli.run("--help").expect(0).out()).contains("login", "admin", "completion", "enroll");
    }
}
