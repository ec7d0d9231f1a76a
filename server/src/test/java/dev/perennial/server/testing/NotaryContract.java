package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What holds of every answer of the Notary door: one JSON object of one property, {@code result} or {@code error}. */
final class NotaryContract {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> PATHS = List.of(
            "/api/v1/certificate_requests",
            "/api/v1/certificate_authorities",
            "/api/v1/accounts",
            "/api/v1/config",
            "/login",
            "/status");

    static final Pattern DOTS = Pattern.compile("(?i)/(\\.|%2e){1,2}(/| )");

    private NotaryContract() {}

    static boolean isOf(String path) {
        return PATHS.stream().anyMatch(path::startsWith);
    }

    /** @throws AssertionError saying what does not fit */
    static void check(String call, int status, @Nullable String contentType, @Nullable String body) {
        if ("application/pkix-crl".equals(contentType) && status == 200 || body == null || body.isEmpty()) {
            return;
        }
        if (!"application/json".equals(contentType)) {
            throw new AssertionError(call + ": an answer that is " + contentType);
        }
        try {
            JsonNode said = JSON.readTree(body);
            if (DOTS.matcher(call).find() && said.path("kind").asText().equals("Status")) {
                // Without the dots it is a path of the Kubernetes door, which says so.
                return;
            }
            boolean fits = said.size() == 1
                    && (status < 400
                            ? said.path("result").isContainerNode()
                            : !said.path("error").asText().isBlank());
            if (!fits) {
                throw new AssertionError(call + ": neither a result nor an error: " + body);
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(call + ": " + body, e);
        }
    }
}
