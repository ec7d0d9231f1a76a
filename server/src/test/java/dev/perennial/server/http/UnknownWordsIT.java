package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.RevocationReason;
import dev.perennial.model.Role;
import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reliability T3: a word that is none of an enumeration's is 400 wherever it comes in, and never falls through. */
class UnknownWordsIT {
    private static final int RANDOM = Boolean.getBoolean("perennial.long") ? 500 : 10;

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final Random random = new Random(5280);

    /** Near misses of the words, codes for them, and noise; none is one of them. */
    private List<String> strangers(List<String> words) {
        List<String> strangers = new ArrayList<>(List.of(
                "null", "0", "1", "7", "255", "-1", "true", "[]", "*", "**", "any", "all", "ROLE_ADMIN", "root", "%"));
        for (String word : words) {
            strangers.addAll(List.of(
                    word.toUpperCase(Locale.ROOT),
                    word + " ",
                    " " + word,
                    word + "\u0000",
                    word + "\u200b",
                    word + "," + word,
                    word + "s",
                    word.substring(1),
                    word.replace('a', '\u0430').replace('i', '\u0131').replace('e', '\u0435')));
        }
        for (int noise = 0; noise < RANDOM; noise++) {
            strangers.add(random.ints(1 + random.nextInt(30), ' ', 0x3000)
                    .filter(Character::isDefined)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .append('x')
                    .toString());
        }
        strangers.removeAll(words);
        return strangers;
    }

    @Test
    void roles() {
        List<String> words = Stream.of(Role.values()).map(Role::word).toList();
        String id = server.account(List.of("administrator")).id();
        for (String stranger : strangers(words)) {
            List<String> roles = List.of("reader", stranger);
            refused("POST", ApiClient.ACCOUNTS, Bodies.account("default", "stranger", roles));
            refused("PUT", ApiClient.ACCOUNTS + "/" + id, Bodies.account("default", "stranger", roles));
            refused("POST", ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id, "roles", List.of(stranger))));
        }
    }

    @Test
    void grantsOnSigners() {
        List<String> strangers = strangers(List.of("approve:perennial.dev/server", "sign:perennial.dev/*"));
        // A signer's name that nobody serves is one all the same: another door may come to serve it.
        strangers.remove("approve:perennial.dev/servers");
        strangers.addAll(List.of(
                "deny:perennial.dev/server",
                "approve:perennial.dev",
                "approve:*",
                "approve:*/server",
                "approve:/server",
                "approve:perennial.dev/ser*",
                "approve:perennial.dev/server/x",
                "approve",
                "approve:",
                ""));
        for (String stranger : strangers) {
            ObjectNode body =
                    Bodies.with(Bodies.account("default", "stranger", List.of("reader")), "signers", List.of(stranger));
            refused("POST", ApiClient.ACCOUNTS, body);
        }
    }

    @Test
    void patternsOfNames() {
        for (String stranger : List.of(
                "dns:",
                "ip:",
                "ip:10.0.0.0/33",
                "ip:a",
                "email:",
                "email:*",
                "email:a@b@c",
                "uri:",
                "uri:x",
                "user:",
                "group:",
                "othername:a.test",
                "***",
                "*.*.test",
                "a.*.test",
                "a*.test",
                "",
                " ",
                "a b",
                "..")) {
            refused("POST", ApiClient.ACCOUNTS, Bodies.account("default", "stranger", List.of("reader"), stranger));
            refused("POST", ApiClient.TOKENS, Bodies.enrolmentToken(stranger));
        }
    }

    @Test
    void reasonsOfRevocations() {
        List<String> words =
                Stream.of(RevocationReason.values()).map(RevocationReason::word).toList();
        Exchange made =
                server.administrator().submit(TestCsrs.p256("words.test")).expect(201);
        String revoke = ApiClient.CERTIFICATES + "/" + made.certificateIds().get(0) + "/revoke";
        List<String> strangers = strangers(words);
        strangers.addAll(List.of("removeFromCRL", "KEY_COMPROMISE", "8"));
        for (String stranger : strangers) {
            refused("POST", revoke, Bodies.revocation(stranger));
            String query = "?revoke=" + URLEncoder.encode(stranger, StandardCharsets.UTF_8);
            refused("DELETE", ApiClient.REQUESTS + "/" + made.id() + query, null);
        }
        assertThat(server.administrator().request(made.id()).expect(200).body()).isEqualTo(made.body());
    }

    @Test
    void signersStatesAndFlags() {
        for (String stranger : strangers(List.of("perennial.dev/server", "true", "pending"))) {
            ObjectNode body = Bodies.request(TestCsrs.p256("words.test"), "target_issuer", stranger);
            refused("POST", ApiClient.REQUESTS, body);
            String encoded = URLEncoder.encode(stranger, StandardCharsets.UTF_8);
            refused("GET", ApiClient.REQUESTS + "?reason=" + encoded, null);
            if (!stranger.equals("true")) {
                refused("GET", ApiClient.REQUESTS + "?auto_renew=" + encoded, null);
                refused(
                        "POST",
                        ApiClient.REQUESTS + "?dry_run=" + encoded,
                        Bodies.request(TestCsrs.p256("words.test")));
            }
        }
    }

    @Test
    void typesAndKeysOfAuthorities() {
        ObjectNode body = Bodies.spec(Map.of("org_id", "default", "name", "Stranger", "type", "root"));
        for (String stranger : strangers(List.of("root", "intermediate"))) {
            refused("POST", ApiClient.AUTHORITIES, Bodies.with(body.deepCopy(), "type", stranger));
        }
        for (String stranger :
                strangers(Stream.of(KeyKind.values()).map(KeyKind::word).toList())) {
            refused("POST", ApiClient.AUTHORITIES, Bodies.with(body.deepCopy(), "key", stranger));
        }
    }

    /** The words of a person are paths. */
    @Test
    void decisions() {
        String id = server.administrator()
                .submit(TestCsrs.p256("words.test"))
                .expect(201)
                .id();
        for (String stranger : List.of("APPROVE", "Approve", "approved", "sign", "issue", "approval", "approve%20")) {
            Exchange answer = server.administrator()
                    .post(
                            ApiClient.REQUESTS + "/" + id + "/" + stranger,
                            Bodies.object().put("reason", "x"));
            assertThat(answer.status()).as(stranger).isIn(400, 404);
        }
    }

    private static void refused(String method, String path, JsonNode body) {
        Exchange answer = server.administrator().send(method, path, body == null ? null : body.toString());
        answer.expect(400);
        assertThat(answer.problem()).isIn("malformed", "badRevocationReason", "unknownSigner");
    }
}
