package dev.perennial.agent.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.testing.ScriptedServer;
import dev.perennial.agent.testing.ScriptedServer.Answer;
import dev.perennial.agent.testing.Shell;
import dev.perennial.agent.testing.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line for people sends, and how it takes what a server rarely does. */
final class AdminIT {
    private static final String ALICE = """
            {"metadata":{"id":"A1"},"spec":{"org_id":"default","name":"alice","roles":["reader"],"enabled":true}}
            """;

    @TempDir
    private Path home;

    private Shell at(ScriptedServer server) throws Exception {
        Path ca = Files.writeString(home.resolve("ca.pem"), TestCa.pem(server.ca.root));
        return new Shell(home)
                .with("PERENNIAL_SERVER", server.url())
                .with("PERENNIAL_CA", ca.toString())
                .with("PERENNIAL_TOKEN", "token");
    }

    private static ScriptedServer alice(Function<ScriptedServer.Call, Answer> put) throws Exception {
        return new ScriptedServer(call -> {
            if (call.line().startsWith("GET /v1/accounts?")) {
                return Answer.of("{\"accounts\":[" + ALICE + "]}");
            }
            return call.line().startsWith("PUT ") ? put.apply(call) : new Answer(200, ALICE, "\"seen\"");
        });
    }

    @Test
    void aChange_isHeldToWhatWasRead() throws Exception {
        try (ScriptedServer server = alice(call ->
                call.ifMatch().equals("\"seen\"") ? Answer.of(ALICE) : Answer.problem(500, "not held to anything"))) {
            at(server).run(0, "admin", "accounts", "change", "alice", "--role", "requester");
            at(server).run(0, "admin", "accounts", "enable", "alice");
            at(server).run(0, "admin", "accounts", "disable", "alice", "--yes");
            at(server).run(0, "admin", "organisations", "change", "A1", "--rename", "other");
            server.calls.clear();
            at(server).person("y").run(0, "admin", "accounts", "disable", "alice");
            // The last look is behind the question.
            assertThat(server.calls)
                    .containsExactly(
                            "GET /v1/accounts?name=alice&limit=500", "GET /v1/accounts/A1", "PUT /v1/accounts/A1");
        }
    }

    @Test
    void aChangeInBetween_isTold() throws Exception {
        try (ScriptedServer server = alice(call -> Answer.problem(412, "preconditionFailed"))) {
            Shell shell = at(server).run(1, "admin", "accounts", "change", "alice", "--role", "requester");
            assertThat(shell.err.toString()).contains("changed by somebody else meanwhile", "412 preconditionFailed");
        }
    }

    @Test
    void anAccountOfAnotherName_isNeverTaken_thoughTheServerShowsIt() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> call.line().contains("?")
                ? Answer.of("{\"accounts\":[" + ALICE + "]}")
                : Answer.problem(404, "notFound"))) {
            for (String name : new String[] {"bob", "bob.b@example+1"}) {
                Shell shell = at(server).run(1, "admin", "accounts", "disable", name, "--yes");
                assertThat(shell.err.toString()).contains("there is no such account: " + name);
            }
            assertThat(server.calls).noneMatch(line -> line.startsWith("PUT"));
        }
    }

    @Test
    void counts_areOfTheOrganisation_andNumbers() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of("{\"total\":7}"))) {
            for (String list : new String[] {"requests", "certificates"}) {
                Shell shell = at(server).run(0, "admin", list, "--organisation", "shop", "--count");
                assertThat(shell.out.toString().strip()).isEqualTo("7");
            }
            assertThat(server.calls).hasSize(2).allMatch(line -> line.contains("org_id=shop"));
        }
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of("{\"total\":\"\\u001b[2J7\"}"))) {
            Shell shell = at(server).run(1, "admin", "requests", "--count");
            assertThat(shell.out.toString() + shell.err)
                    .doesNotContain("\u001b")
                    .contains("does not count");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\u0001canary", "\ufeffsecretcanary", "secret-canäry", "secret canary"})
    void aTokenThatNoHeaderCarries_isRefused_andNotShown(String token) throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of("{}"))) {
            Path file = Files.writeString(home.resolve("token"), token);
            for (Shell shell : new Shell[] {
                at(server).run(2, "admin", "whoami", "--token-file", file.toString()),
                at(server).with("PERENNIAL_TOKEN", token).run(2, "admin", "whoami"),
                at(server).run(2, enrol(server, "--token-file", file.toString())),
                at(server).run(2, enrol(server, "--token", token))
            }) {
                assertThat(shell.out.toString() + shell.err)
                        .contains("printable ASCII")
                        .doesNotContain("canary", "secret");
            }
            assertThat(server.calls).isEmpty();
        }
    }

    private String[] enrol(ScriptedServer server, String option, String value) {
        String pin = "sha256:" + "0".repeat(64);
        String state = home.resolve("state").toString();
        return new String[] {
            "enroll", "--server", server.url(), "--ca-fingerprint", pin, "--state", state, option, value
        };
    }

    @Test
    void files_thatCannotBeRead_areNamed_withWhatToDo() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of("{}"))) {
            Path der = Files.write(home.resolve("ca.der"), server.ca.root.getEncoded());
            Shell shell = at(server).run(2, "admin", "whoami", "--ca", der.toString());
            assertThat(shell.err.toString()).contains(der + " is no text", "openssl x509 -inform DER");
            shell = at(server).run(2, "admin", "whoami", "--ca", home.toString());
            assertThat(shell.err.toString()).contains(home + " cannot be read: Is a directory");
            shell = at(server).run(2, "admin", "whoami", "--token-file", home.toString());
            assertThat(shell.err.toString()).contains(home + " cannot be read: Is a directory");
            shell = at(server)
                    .run(
                            2,
                            "admin",
                            "whoami",
                            "--token-file",
                            home.resolve("gone").toString());
            assertThat(shell.err.toString()).contains("there is no file " + home.resolve("gone"));
        }
    }

    @Test
    void aLoginFile_isReadOnlyWhereItIsNeeded_andDamageIsTold() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of("{\"status\":{\"name\":\"me\"}}"))) {
            Path login = home.resolve(".config/perennial/login.json");
            Files.createDirectories(login);
            at(server).run(0, "admin", "whoami");
            assertThat(at(server)
                            .with("PERENNIAL_TOKEN", "")
                            .run(2, "admin", "whoami")
                            .err
                            .toString())
                    .contains(login + " cannot be read");
            Files.delete(login);
            Files.writeString(login, "{\"server\":\"" + server.url() + "\",\"ca\":\"x\",\"token\":\"t\"}");
            assertThat(at(server)
                            .with("PERENNIAL_TOKEN", "")
                            .run(2, "admin", "whoami")
                            .err
                            .toString())
                    .contains(login + " is damaged: log in again");
        }
    }

    @Test
    void standardInput_givesOneSecret() throws Exception {
        try (ScriptedServer server = alice(call -> Answer.of(ALICE))) {
            Shell shell = at(server)
                    .input("one\n")
                    .run(2, "admin", "accounts", "password", "alice", "--token-file", "-", "--password-file", "-");
            assertThat(shell.err.toString()).contains("standard input (-) gives one secret");
            assertThat(server.calls).noneMatch(line -> line.startsWith("POST"));
        }
    }

    @Test
    void whatIsAsked_isShownFirst_underJsonToo_andNobodyIsAskedInAScript() throws Exception {
        String request = "{\"metadata\":{\"id\":\"R1\"},\"status\":{\"state\":\"PENDING\",\"pkcs10_sha256\":\"%s\"}}"
                .formatted("0".repeat(64));
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of(request))) {
            String[] approve = {"admin", "approve", "R1", "--reason", "ticket", "--json"};
            Shell shell = at(server).person("n").run(1, approve);
            assertThat(shell.err.toString())
                    .containsSubsequence("PENDING", "Is it to be approved?", "nothing was changed");
            assertThat(shell.out.toString()).isEmpty();
            shell = at(server).run(2, approve);
            assertThat(shell.err.toString()).contains("--pkcs10-sha256", "--yes");
            assertThat(server.calls).noneMatch(line -> line.startsWith("POST"));
            shell = at(server).person("y").run(0, approve);
            assertThat(server.calls).contains("POST /v1/certificate_signing_requests/R1/approve");
            assertThat(new String(shell.out.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .startsWith("{");
        }
    }

    @Test
    void optionsOfAVerb_standBehindIt_orAreRefused() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of("{}"))) {
            at(server).run(2, "admin", "tokens", "--account", "ci", "create");
            at(server).run(2, "admin", "accounts", "--organisation", "shop", "create", "alice");
            at(server).run(2, "admin", "agents", "--all", "list");
            at(server).run(2, "admin", "signers", "--organisation", "shop");
            Shell shell = at(server).run(2, "admin", "agents");
            assertThat(shell.err.toString()).contains("list", "retire");
            assertThat(server.calls).isEmpty();
        }
    }

    @Test
    void help_offersNoStateThatIsRefused() throws Exception {
        try (ScriptedServer server = new ScriptedServer(call -> Answer.of("{}"))) {
            String help = at(server).run(0, "admin", "requests", "--help").out.toString();
            assertThat(help).contains("pending").doesNotContain("withdrawn");
        }
    }
}
