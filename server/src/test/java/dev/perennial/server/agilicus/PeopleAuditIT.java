package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Cli;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code admin audit}: what was done and what was refused, found by each of its filters. */
final class PeopleAuditIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @TempDir
    private Path home;

    private Cli cli;
    private String account;
    private Exchange done;
    private Exchange refused;

    @BeforeEach
    void aDoneAndARefusedAct() throws Exception {
        Path ca = Files.writeString(home.resolve("ca.pem"), server.first().roots());
        cli = new Cli(server.clock(), home)
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", ca.toString())
                .with("PERENNIAL_TOKEN", server.first().administratorToken());
        TestServer.MadeAccount requester = server.account(List.of("requester"), "**.audited.test");
        account = requester.id();
        done = requester.api().submit(TestCsrs.p256("www.audited.test")).expect(201);
        refused = requester
                .api()
                .delete(ApiClient.TOKENS + "/0000000000000000000000")
                .expect(403);
    }

    private List<String> found(String... filters) {
        List<String> arguments = new ArrayList<>(List.of("audit", "--all", "--json"));
        arguments.addAll(List.of(filters));
        List<String> found = new ArrayList<>();
        JsonNode events = cli.admin(arguments.toArray(String[]::new)).json().get("audit_events");
        events.forEach(event -> found.add(event.path("outcome").asText() + " "
                + event.path("http_request").asText()));
        return found;
    }

    @Test
    void eachFilter_findsWhatItNames_andNothingElse() {
        String doneRow = "done " + done.header("X-Request-Id");
        String refusedRow = "refused " + refused.header("X-Request-Id");
        String actor = "account:" + account;
        assertThat(found("--actor", actor)).contains(doneRow, refusedRow);
        assertThat(found("--actor", "account:nobody")).isEmpty();
        assertThat(found("--object", done.id())).contains(doneRow);
        assertThat(found("--object", "AAAAAAAAAAAAAAAAAAAAAA")).isEmpty();
        assertThat(found("--actor", actor, "--outcome", "done"))
                .contains(doneRow)
                .doesNotContain(refusedRow);
        assertThat(found("--actor", actor, "--outcome", "refused")).containsExactly(refusedRow);
        assertThat(found("--actor", actor, "--outcome", "failed")).isEmpty();
        assertThat(found("--actor", actor, "--since", "PT1H")).contains(doneRow, refusedRow);
        assertThat(found("--actor", actor, "--since", "2100-01-01T00:00:00Z")).isEmpty();
        assertThat(found("--actor", actor, "--until", "2100-01-01T00:00:00Z")).contains(doneRow, refusedRow);
        assertThat(found("--actor", actor, "--until", "PT1H")).isEmpty();
        assertThat(found("--http-request", refused.header("X-Request-Id"))).containsExactly(refusedRow);
        assertThat(found("--http-request", "none")).isEmpty();
        String action = action(doneRow);
        assertThat(found("--actor", actor, "--action", action))
                .contains(doneRow)
                .doesNotContain(refusedRow);
        assertThat(found("--action", "no-such-action")).isEmpty();
        assertThat(found("--actor", actor, "--source", "127.0.0.1")).contains(doneRow);
        assertThat(found("--source", "192.0.2.1")).isEmpty();
    }

    private String action(String row) {
        for (JsonNode event : cli.admin("audit", "--all", "--json").json().get("audit_events")) {
            if (row.endsWith(event.path("http_request").asText("-"))) {
                return event.path("action").asText();
            }
        }
        throw new AssertionError(row);
    }

    @Test
    void theTable_hasTheNewestFirst_andItsPagesJoinWithoutGap() {
        Cli.Ran table = cli.admin("audit", "--actor", "account:" + account);
        assertThat(table.out().lines().findFirst().orElseThrow())
                .matches("AT +ACTOR +ACTION +OBJECT +OUTCOME +SOURCE +REASON");
        List<String> rows = table.out().lines().skip(1).toList();
        assertThat(rows.get(0))
                .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +account:" + account + " .* refused .*");
        assertThat(rows.get(rows.size() - 1)).contains(" done ");
        Cli.Ran first = cli.admin("audit", "--actor", "account:" + account, "--limit", "1");
        assertThat(first.out().lines().skip(1)).containsExactly(rows.get(0));
        assertThat(first.err()).contains("the first 1", "--all");
        assertThat(cli.admin("audit", "--actor", "account:nobody").err()).contains("no audit events");
        assertThat(cli.run("admin", "audit", "--outcome", "maybe").expect(1).err())
                .contains("done, refused or failed");
    }
}
