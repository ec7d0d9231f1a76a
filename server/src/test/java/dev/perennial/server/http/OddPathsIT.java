package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Reliability T42: every path parameter of every route, in every spelling that two readers could read in two ways. */
class OddPathsIT {
    private static final Pattern PARAMETER = Pattern.compile(":[a-z0-9_]+");

    private static final List<String> ODD = List.of(
            ".",
            "..",
            "../..",
            "a/../b",
            "./a",
            "%2e",
            "%2e%2e",
            ".%2E",
            "%2e%2e%2f",
            "..%2f..%2fetc%2fpasswd",
            "..%5c",
            "%5c",
            "a%2fb",
            "a%2Fb",
            "%2f",
            "%252e%252e",
            "%252f",
            "a;b",
            "a;jsessionid=1",
            ";",
            "%3b",
            "/",
            "a//b",
            "//",
            "%00",
            "a%00",
            "%0d%0aX:1",
            "%0a",
            "%7f",
            "%20",
            "%1b%5b31m",
            "a%20b",
            "%c0%ae%c0%ae",
            "%c3%28",
            "%e2%80%ae",
            "%ff",
            "%f0%9f%92%a9",
            "*",
            "a.b",
            "~",
            "$(id)",
            "'",
            "''--",
            "%22",
            "a:b",
            "@",
            "&",
            "=",
            "a".repeat(65),
            "a".repeat(2_001),
            "0".repeat(65));

    /** So many of them for each parameter, by turns; all of them in a long run. */
    private static final int EACH = Boolean.getBoolean("perennial.long") ? ODD.size() : 10;

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.GRANTS_OR_PERSON, true);

    @Test
    void everyParameter_ofEveryRoute_takesIdsOnly() {
        ApiClient administrator = server.administrator();
        AccessTargets targets = new AccessTargets(server);
        SoftAssertions softly = new SoftAssertions();
        int parameters = 0;
        for (String route : server.first().routes()) {
            String method = route.substring(0, route.indexOf(' '));
            String path = route.substring(method.length() + 1);
            if (path.contains("/watch/")) {
                // Nearly every name may come to be: it is watched for.
                continue;
            }
            var body = targets.body(method, path);
            Matcher parameter = PARAMETER.matcher(path);
            while (parameter.find()) {
                parameters++;
                // The other parameters are right, so that it is this one that is looked at.
                String before = targets.path(path.substring(0, parameter.start()));
                String after = targets.path(path)
                        .substring(
                                targets.path(path.substring(0, parameter.end())).length());
                for (int one = 0; one < EACH; one++) {
                    String odd = ODD.get((parameters * EACH + one) % ODD.size());
                    Exchange answer = AccessTargets.call(administrator, method, before + odd + after, body);
                    if (path.contains("/staged_config/")) {
                        // A no of this door has another form, which every call of the client is held to.
                        softly.assertThat(answer.status())
                                .as(method + " " + path + " with " + odd)
                                .isIn(400, 404, 405, 422);
                        continue;
                    }
                    softly.assertThat(answer.status())
                            .as(method + " " + path + " with " + odd + " for " + parameter.group())
                            .isIn(400, 404, 405);
                    if (!answer.error().isEmpty()
                            || answer.at("/errors/0/title").isTextual()) {
                        // The doors of Notary's and Fastly's clients have texts and no words for them.
                        continue;
                    }
                    softly.assertThat(answer.problem() + answer.reason())
                            .as(method + " " + path + " with " + odd)
                            .isIn(
                                    "malformed",
                                    "notFound",
                                    "methodNotAllowed",
                                    "BadRequest",
                                    "NotFound",
                                    "MethodNotAllowed");
                }
            }
        }
        assertThat(parameters).isGreaterThan(30);
        softly.assertAll();
    }
}
