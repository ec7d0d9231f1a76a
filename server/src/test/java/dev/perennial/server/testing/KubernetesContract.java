package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What holds of every answer of the Kubernetes door: JSON of a kind, and where it is a no, a Status that says the same. */
final class KubernetesContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PATHS = List.of("/apis", "/api", "/version", "/openapi/");

    private KubernetesContract() {}

    static boolean isOf(String path) {
        return PATHS.stream()
                .anyMatch(prefix -> path.equals(prefix)
                        || path.startsWith(prefix.endsWith("/") ? prefix : prefix + "/")
                        || path.startsWith(prefix + "?"));
    }

    /** @throws AssertionError saying what does not fit */
    static void check(String call, int status, @Nullable String contentType, @Nullable String body) {
        if (status < 400) {
            return;
        }
        if (!"application/json".equals(contentType) || body == null) {
            throw new AssertionError(call + ": a no that is " + contentType);
        }
        try {
            JsonNode said = JSON.readTree(body);
            boolean fits = said.path("kind").asText().equals("Status")
                    && said.path("status").asText().equals("Failure")
                    && said.path("code").asInt() == status
                    && !said.path("reason").asText().isEmpty()
                    && !said.path("message").asText().isEmpty();
            if (!fits) {
                throw new AssertionError(call + ": a no that is no Status: " + body);
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(call + ": " + body, e);
        }
    }
}
