package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Cli;
import dev.perennial.server.testing.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code login} and {@code logout} against a real server. */
final class PeopleLoginIT {
    private static final String PASSWORD = "correct horse battery";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static int accounts;

    @TempDir
    private Path home;

    private Path ca;
    private Cli cli;
    private String user;

    @BeforeEach
    void account() throws Exception {
        ca = Files.writeString(home.resolve("ca.pem"), server.first().roots());
        cli = new Cli(server.clock(), home);
        user = "person" + accounts++;
        make("default");
    }

    private void make(String orgId) {
        server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(
                                Bodies.account(orgId, user, List.of("administrator"), "**.people.test"),
                                "password",
                                PASSWORD))
                .expect(201);
    }

    private Cli.Ran login(String password, String... more) {
        List<String> arguments = new java.util.ArrayList<>(
                List.of("login", "--server", server.uri().toString(), "--user", user, "--password-file", "-"));
        arguments.addAll(List.of(more));
        return cli.typing(password + "\n").run(arguments.toArray(String[]::new));
    }

    private Path stored() {
        return home.resolve(".config/perennial/login.json");
    }

    private String token() throws Exception {
        return new com.fasterxml.jackson.databind.ObjectMapper()
                .readTree(stored().toFile())
                .get("token")
                .asText();
    }

    @Test
    void login_keepsATokenForItsOwnersEyes_andLogoutTakesItBack() throws Exception {
        Cli.Ran login = login(PASSWORD, "--ca", ca.toString()).expect(0);
        assertThat(login.line()).startsWith("logged in at " + server.uri() + " as " + user + " until ");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stored().getParent())))
                .isEqualTo("rwx------");
        assertThat(Files.readString(stored())).doesNotContain(PASSWORD);

        String token = token();
        assertThat(login.out() + login.err()).doesNotContain(token);
        ApiClient same = server.nobody().withToken(token);
        same.get("/v1/me").expect(200);

        Cli.Ran status = cli.run("login", "--status").expect(0);
        assertThat(status.out()).contains(user, "administrator", "**.people.test", "login ends", " minutes)");
        assertThat(cli.run("login", "--status", "--json")
                        .expect(0)
                        .json()
                        .at("/status/name")
                        .asText())
                .startsWith("account:");

        assertThat(cli.run("logout").expect(0).line()).isEqualTo("logged out of " + server.uri());
        assertThat(stored()).doesNotExist();
        same.get("/v1/me").expectProblem(401, "unauthenticated");
        assertThat(cli.run("logout").expect(0).line()).isEqualTo("not logged in");
        assertThat(cli.run("admin", "requests").expect(2).err()).contains("perennial login --server URL");
    }

    @Test
    void aWrongPassword_isRefused_andLeavesNothing() {
        Cli.Ran refused = login("not the one at all", "--ca", ca.toString()).expect(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).startsWith("perennial: ").contains("401 unauthenticated", "HTTP request ");
        assertThat(refused.err()).doesNotContain("not the one at all");
        assertThat(stored()).doesNotExist();
    }

    @Test
    void aLoginThatHasEnded_saysSo_andHowToGoOn() {
        login(PASSWORD, "--ca", ca.toString(), "--expires", "PT5M").expect(0);
        cli.admin("requests");
        server.clock().advance(Duration.ofMinutes(6));
        assertThat(cli.run("admin", "requests").expect(2).err())
                .contains(
                        "the login at " + server.uri() + " is good no more: log in again",
                        "perennial login --server " + server.uri(),
                        "401 unauthenticated");
        // Its roots are still good for the next login.
        login(PASSWORD).expect(0);
        cli.admin("requests");
    }

    @Test
    void theServerSaysWhetherALoginIsGood_notTheClockOfThisHost() {
        login(PASSWORD, "--ca", ca.toString(), "--expires", "PT5M").expect(0);
        Cli ahead = new Cli(() -> server.clock().instant().plus(Duration.ofDays(1)), home);
        ahead.admin("requests");
        assertThat(ahead.run("login", "--status").expect(0).out()).containsPattern("login ends .*\\(in \\d+ ");
    }

    @Test
    void aLoginOverAnother_takesTheTokenBeforeBack() throws Exception {
        login(PASSWORD, "--ca", ca.toString()).expect(0);
        ApiClient before = server.nobody().withToken(token());
        login(PASSWORD).expect(0);
        before.get("/v1/me").expectProblem(401, "unauthenticated");
        server.nobody().withToken(token()).get("/v1/me").expect(200);
    }

    @Test
    void aLoginThatCannotBeKept_leavesNoTokenAlive() throws Exception {
        Files.writeString(home.resolve(".config"), "in the way");
        assertThat(login(PASSWORD, "--ca", ca.toString()).expect(1).err()).contains("the login cannot be kept");
        Cli bootstrap = new Cli(server.clock(), home.resolve("nowhere"))
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", ca.toString())
                .with("PERENNIAL_TOKEN", server.first().administratorToken());
        assertThat(bootstrap.admin("tokens", "list", "--account", user).err()).contains("no access tokens");
    }

    @Test
    void logout_asJson() {
        login(PASSWORD, "--ca", ca.toString()).expect(0);
        assertThat(cli.run("logout", "--json")
                        .expect(0)
                        .json()
                        .get("token_taken_back")
                        .asBoolean())
                .isTrue();
        assertThat(cli.run("logout", "--json")
                        .expect(0)
                        .json()
                        .get("token_taken_back")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void aPinnedRoot_isTakenFromTheServer_andAnotherPinSendsNothing() throws Exception {
        new OpenSsl(home).run("x509", "-in", "ca.pem", "-outform", "DER", "-out", "ca.der");
        String pin = "sha256:"
                + java.util.HexFormat.of()
                        .formatHex(java.security.MessageDigest.getInstance("SHA-256")
                                .digest(Files.readAllBytes(home.resolve("ca.der"))));
        assertThat(login(PASSWORD, "--ca-fingerprint", "sha256:" + "0".repeat(64))
                        .expect(1)
                        .err())
                .contains("nothing was sent");
        login(PASSWORD, "--ca-fingerprint", pin).expect(0);
        cli.admin("whoami");
        assertThat(login(PASSWORD, "--ca-fingerprint", "sha256:12").expect(2).err())
                .contains("64 hexadecimal digits");
    }

    @Test
    void anAccountOfAnotherOrganisation_comesInByItsOrganisation() {
        String organisation = server.organisation("**.other.test");
        user = "stranger" + accounts++;
        server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(
                                Bodies.account(organisation, user, List.of("reader"), "**.other.test"),
                                "password",
                                PASSWORD))
                .expect(201);
        login(PASSWORD, "--ca", ca.toString()).expect(1);
        login(PASSWORD, "--ca", ca.toString(), "--organisation", organisation).expect(0);
        assertThat(cli.admin("whoami").out()).contains(organisation + "/" + user, "reader");
    }

    @Test
    void whatIsStoredForOneServer_isUsedForNoOther() {
        login(PASSWORD, "--ca", ca.toString()).expect(0);
        assertThat(cli.run("admin", "requests", "--server", "https://other.test:8443")
                        .expect(2)
                        .err())
                .contains("https://other.test:8443", "--ca FILE");
        assertThat(cli.run("admin", "requests", "--server", "https://other.test:8443", "--ca", ca.toString())
                        .expect(2)
                        .err())
                .contains("--token-file");
    }

    @Test
    void optionsComeBeforeTheEnvironment_andTheEnvironmentBeforeTheLogin() throws Exception {
        login(PASSWORD, "--ca", ca.toString()).expect(0);
        Path token =
                Files.writeString(home.resolve("admin.token"), server.first().administratorToken() + "\n");
        assertThat(cli.admin("whoami", "--token-file", token.toString()).out()).contains("administrator");
        assertThat(cli.admin("--json", "whoami").json().at("/status/name").asText())
                .startsWith("account:");
        assertThat(cli.typing(server.first().administratorToken())
                        .admin("--token-file", "-", "whoami", "--json")
                        .json()
                        .at("/status/name")
                        .asText())
                .isEqualTo("administrator");

        Cli scripted = new Cli(server.clock(), home.resolve("nowhere"))
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", ca.toString())
                .with("PERENNIAL_TOKEN", server.first().administratorToken());
        assertThat(scripted.admin("whoami", "--json").json().at("/status/name").asText())
                .isEqualTo("administrator");
        Path wrong = Files.writeString(home.resolve("wrong.token"), "wrong\n");
        assertThat(scripted.run("admin", "whoami", "--token-file", wrong.toString())
                        .expect(1)
                        .err())
                .contains("401 unauthenticated");
    }

    @Test
    void withoutATerminal_whatWouldBeAskedMustBeSaid() {
        Cli.Ran noPassword =
                cli.run("login", "--server", server.uri().toString(), "--ca", ca.toString(), "--user", user);
        assertThat(noPassword.expect(2).err()).contains("--password-file");
        assertThat(cli.run("login", "--server", server.uri().toString(), "--ca", ca.toString())
                        .expect(2)
                        .err())
                .contains("--user NAME");
        assertThat(cli.run("login", "--ca", ca.toString()).expect(2).err()).contains("--server");
        assertThat(cli.run("login", "--server", "http://localhost:1").expect(2).err())
                .contains("https://");
        assertThat(cli.run("login", "--password", "x").expect(2).err())
                .startsWith("Unknown option")
                .contains("Possible solutions: --password-file");
    }
}
