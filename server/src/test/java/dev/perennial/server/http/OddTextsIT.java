package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.perennial.server.TestServer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Reliability T41 and T43: what would end a string, a header or a line, in every text of every body and in every query
 * parameter. It is stored as it is or refused, and never obeyed: PostgreSQL's log tells of no statement that broke.
 */
class OddTextsIT {
    private static final List<String> ODD = List.of(
            "'",
            "''; DROP TABLE accounts; --",
            "\" OR \"\"=\"",
            "$1",
            "$$; SELECT pg_sleep(9); $$",
            "\\'; --",
            "%' OR 1=1 --",
            "{\"$ne\": null}",
            "${jndi:ldap://127.0.0.1/a}",
            "=HYPERLINK(\"http://127.0.0.1\")",
            "x\r\nX-Injected: 1",
            "x\nX-Injected: 1",
            "x\r\n\r\n<html>",
            "\u001b[2J\u001b]0;x\u0007",
            "x\u0000y",
            "\u202ex",
            "\ud800",
            "x\u2028y");

    /** So many of them at each place, by turns; all of them in a long run. */
    private static final int EACH = Boolean.getBoolean("perennial.long") ? ODD.size() : 3;

    @RegisterExtension
    static final TestServer server =
            TestServer.standard().approval(Approval.GRANTS_OR_PERSON, true).limit(100_000, Duration.ofDays(1));

    @Test
    void everyText_ofEveryBody_isRefusedOrKept_andNeverObeyed() {
        String mark = server.databaseLog().mark();
        SoftAssertions softly = new SoftAssertions();
        AccessTargets targets = new AccessTargets(server);
        int texts = 0;
        for (String route : server.first().routes()) {
            String method = route.substring(0, route.indexOf(' '));
            String path = route.substring(method.length() + 1);
            JsonNode body = targets.body(method, path);
            for (List<Object> place : body == null ? List.<List<Object>>of() : places(body, List.of())) {
                texts++;
                for (String odd : turn(texts)) {
                    JsonNode changed = replaced(targets.body(method, path), place, odd);
                    Exchange answer = server.administrator().send(method, targets.path(path), changed.toString());
                    String what = route + " with " + odd.replaceAll("\\p{Cntrl}", "?") + " at " + place;
                    requireNotObeyed(softly, what, answer);
                    // What was decided is not decided again, and another password ends the tokens of whoever had it.
                    if (answer.status() < 300 && path.matches(".*/(approve|deny|(change_)?password)")) {
                        targets = new AccessTargets(server);
                    }
                }
            }
        }
        assertThat(texts).isGreaterThan(30);
        softly.assertAll();
        requireNoBrokenStatement(mark);
    }

    @Test
    void everyQueryParameter_isRefusedOrFindsNothing() throws IOException {
        String mark = server.databaseLog().mark();
        SoftAssertions softly = new SoftAssertions();
        AccessTargets targets = new AccessTargets(server);
        int parameters = 0;
        for (Map.Entry<String, JsonNode> one : described().properties()) {
            for (Map.Entry<String, JsonNode> operation : one.getValue().properties()) {
                String method = operation.getKey().toUpperCase(Locale.ROOT);
                String route = one.getKey().replaceAll("\\{([a-z0-9_]+)}", ":$1");
                for (JsonNode parameter : operation.getValue().path("parameters")) {
                    String name = name(parameter);
                    if (name == null || !List.of("GET", "POST", "PUT", "DELETE").contains(method)) {
                        continue;
                    }
                    parameters++;
                    for (String odd : turn(parameters)) {
                        JsonNode body = targets.body(method, route);
                        String query = "?" + name + "=" + URLEncoder.encode(odd, StandardCharsets.UTF_8);
                        Exchange answer = server.administrator()
                                .send(method, targets.path(route) + query, body == null ? null : body.toString());
                        requireNotObeyed(softly, method + " " + route + query, answer);
                    }
                }
            }
        }
        assertThat(parameters).isGreaterThan(20);
        softly.assertAll();
        requireNoBrokenStatement(mark);
    }

    private static List<String> turn(int number) {
        return IntStream.range(0, EACH)
                .mapToObj(one -> ODD.get((number * EACH + one) % ODD.size()))
                .toList();
    }

    private static void requireNotObeyed(SoftAssertions softly, String what, Exchange answer) {
        softly.assertThat(answer.status()).as(what + ": " + answer.body()).isLessThan(500);
        softly.assertThat(answer.headers().map().keySet())
                .as(what)
                .doesNotContain("x-injected", "X-Injected")
                .contains("x-request-id");
    }

    private static void requireNoBrokenStatement(String mark) {
        assertThat(server.databaseLog().since(mark))
                .doesNotContain("syntax error", "unterminated", "does not exist", "invalid byte sequence");
    }

    /** Where the texts of a body are, each as a way from the top. */
    private static List<List<Object>> places(JsonNode node, List<Object> way) {
        List<List<Object>> found = new ArrayList<>();
        if (node.isTextual()) {
            found.add(way);
        }
        node.properties().forEach(one -> found.addAll(places(one.getValue(), and(way, one.getKey()))));
        for (int index = 0; node.isArray() && index < node.size(); index++) {
            found.addAll(places(node.get(index), and(way, index)));
        }
        return found;
    }

    private static List<Object> and(List<Object> way, Object step) {
        List<Object> longer = new ArrayList<>(way);
        longer.add(step);
        return longer;
    }

    private static JsonNode replaced(JsonNode body, List<Object> place, String text) {
        JsonNode parent = body;
        for (Object step : place.subList(0, place.size() - 1)) {
            parent = step instanceof Integer index ? parent.get(index) : parent.get((String) step);
        }
        Object last = place.get(place.size() - 1);
        if (last instanceof Integer index) {
            ((ArrayNode) parent).set(index, TextNode.valueOf(text));
        } else {
            ((ObjectNode) parent).put((String) last, text);
        }
        return body;
    }

    private static JsonNode document;

    private static JsonNode described() throws IOException {
        try (InputStream in = OddTextsIT.class.getResourceAsStream("/openapi.yaml")) {
            document = new YAMLMapper().readTree(in);
        }
        return document.path("paths");
    }

    private static String name(JsonNode parameter) {
        JsonNode resolved = parameter.has("$ref")
                ? document.at(parameter.get("$ref").asText().substring(1))
                : parameter;
        return "query".equals(resolved.path("in").asText())
                ? resolved.path("name").asText()
                : null;
    }
}
