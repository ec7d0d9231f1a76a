package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who may call what: every route of the router, as every sort of caller, against the one table {@code
 * access/matrix.txt}. A route that is not in the table fails; what was refused has changed nothing.
 */
class AccessMatrixIT {
    @RegisterExtension
    static final TestServer server =
            TestServer.standard().approval(Approval.GRANTS_OR_PERSON, true).limit(100_000, Duration.ofDays(1));

    private static final List<String> TABLES = List.of(
            "organisations",
            "accounts",
            "access_tokens",
            "account_certificates",
            "signing_requests",
            "generations",
            "(SELECT * FROM certificates WHERE request_id IS NOT NULL)",
            "agent_connectors",
            "client_certificates",
            "signers",
            "enrolment_tokens",
            "refused_keys",
            "revocation_acts",
            "revocation_items",
            "authorities",
            "revoked_authorities",
            "kubernetes_objects",
            "server_keys",
            "kubernetes_before",
            "events",
            "(SELECT * FROM issuance_limits WHERE caller NOT LIKE 'password of %')");

    /** The columns of the table; {@code owner} is of each thing its own. */
    private static final List<String> CALLERS = List.of(
            "none",
            "expired",
            "revoked",
            "foreign",
            "administrator",
            "security-administrator",
            "requester",
            "reader",
            "agent",
            "owner",
            "bootstrap");

    @Test
    void everyRoute_asEverybody_answersAsTheTableSays() {
        Map<String, List<Integer>> table = table();
        assertThat(server.first().routes()).containsExactlyInAnyOrderElementsOf(table.keySet());

        Map<String, ApiClient> callers = callers();
        SoftAssertions softly = new SoftAssertions();
        AccessTargets targets = new AccessTargets(server);
        for (Map.Entry<String, List<Integer>> row : table.entrySet()) {
            String method = row.getKey().substring(0, row.getKey().indexOf(' '));
            String route = row.getKey().substring(method.length() + 1);
            for (int column = 0; column < CALLERS.size(); column++) {
                String who = CALLERS.get(column);
                ApiClient caller = "owner".equals(who) ? targets.owner(route) : callers.get(who);
                JsonNode body = targets.body(method, route);
                String path = targets.path(method, route);
                String before = snapshot();
                Exchange answer = AccessTargets.call(caller, method, path, body);
                softly.assertThat(answer.status())
                        .as(row.getKey() + " as " + who + ": " + answer.body())
                        .isEqualTo(row.getValue().get(column));
                if (answer.status() >= 400) {
                    softly.assertThat(snapshot())
                            .as(row.getKey() + " as " + who + " changed something")
                            .isEqualTo(before);
                } else if (!"GET".equals(method)) {
                    targets = new AccessTargets(server);
                }
            }
        }
        softly.assertAll();
    }

    private static Map<String, ApiClient> callers() {
        ApiClient nobody = server.nobody();
        String organisation = server.organisation("**");
        Map<String, ApiClient> callers = new LinkedHashMap<>();
        callers.put("none", nobody);
        callers.put("expired", server.nobody().withToken(token("PT1S")));
        callers.put("revoked", revoked());
        callers.put(
                "foreign",
                server.accountOf(organisation, List.of("administrator"), "**").api());
        for (String role : List.of("administrator", "security-administrator", "requester", "reader")) {
            callers.put(role, server.account(List.of(role), "**").api());
        }
        callers.put("agent", server.agent("**").api());
        callers.put("bootstrap", server.administrator());
        server.clock().advance(Duration.ofSeconds(5));
        return callers;
    }

    private static String token(String lasts) {
        String id = server.account(List.of("administrator"), "**").id();
        return server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id, "expires", lasts)))
                .expect(201)
                .text("/status/token");
    }

    private static ApiClient revoked() {
        String id = server.account(List.of("administrator"), "**").id();
        Exchange made = server.administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id)))
                .expect(201);
        ApiClient caller = server.nobody().withToken(made.text("/status/token"));
        caller.get("/v1/me").expect(200);
        server.administrator().delete(ApiClient.ACCESS_TOKENS + "/" + made.id()).expect(204);
        return caller;
    }

    /** All that is stored but when agents were heard of, passwords were tried, what is on a CRL
     * by now, responders' certificates, and the audit record, which tells of refusals too. */
    private static String snapshot() {
        String query = TABLES.stream()
                .map(table -> "(SELECT coalesce(md5(string_agg(t::text, ' ' ORDER BY t::text)), '') FROM"
                        + " (SELECT to_jsonb(x) - 'last_seen' - 'crl_number' AS t FROM " + table + " x) AS t)")
                .collect(Collectors.joining(" || ", "SELECT ", " AS snapshot"));
        return Await.value(server.database().query(query, Tuple.tuple()))
                .iterator()
                .next()
                .getString("snapshot");
    }

    private static Map<String, List<Integer>> table() {
        try (InputStream in = AccessMatrixIT.class.getResourceAsStream("/access/matrix.txt")) {
            Map<String, List<Integer>> table = new LinkedHashMap<>();
            lines(new String(in.readAllBytes(), StandardCharsets.UTF_8)).forEach(line -> {
                String[] cells = line.split("\\s+");
                table.put(
                        cells[0] + " " + cells[1],
                        Arrays.stream(cells).skip(2).map(Integer::valueOf).toList());
                assertThat(cells).as(line).hasSize(2 + CALLERS.size());
            });
            return table;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank() && !line.startsWith("#"));
    }
}
