package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jspecify.annotations.Nullable;

/** What holds of every answer of Fastly's door: JSON:API, and where it is about credentials its gateway's form. */
final class FastlyContract {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FastlyContract() {}

    static boolean isOf(String path) {
        return path.startsWith("/tls/");
    }

    /** @throws AssertionError saying what does not fit */
    static void check(String call, int status, @Nullable String contentType, @Nullable String body) {
        boolean gateway = status == 401 || status == 403;
        boolean leftTheDoor =
                NotaryContract.DOTS.matcher(call).find() && "application/problem+json".equals(contentType);
        if (leftTheDoor || status == 204 && contentType == null) {
            return;
        }
        if (!(gateway ? "application/json" : "application/vnd.api+json").equals(contentType) || body == null) {
            throw new AssertionError(call + ": an answer that is " + contentType);
        }
        try {
            JsonNode said = JSON.readTree(body);
            boolean fits = gateway
                    ? said.path("msg").isTextual() && said.path("detail").isTextual()
                    : status < 400
                            ? said.has("data")
                            : said.at("/errors/0/title").isTextual();
            if (!fits) {
                throw new AssertionError(call + ": not in the form of this door: " + body);
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(call + ": " + body, e);
        }
    }
}
