package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What holds of every no of QRadar's door: JSON with exactly upstream's fields, and the same status twice. */
final class QradarContract {
    private static final ObjectMapper JSON = new ObjectMapper();

    private QradarContract() {}

    static boolean isOf(String path) {
        return path.startsWith("/staged_config/") || path.startsWith("/api/staged_config/");
    }

    /** @throws AssertionError saying what does not fit */
    static void check(String call, String method, int status, @Nullable String contentType, @Nullable String body) {
        if (status < 400) {
            return;
        }
        if (!"application/json".equals(contentType) || body == null) {
            throw new AssertionError(call + ": a no that is " + contentType);
        }
        if (method.equals("HEAD")) {
            return;
        }
        try {
            JsonNode said = JSON.readTree(body);
            List<String> fields = new ArrayList<>();
            said.fieldNames().forEachRemaining(fields::add);
            boolean fits = fields.equals(List.of("message", "details", "description", "code", "http_response"))
                    && said.path("details").isObject()
                    && said.path("code").isInt()
                    && !said.path("message").asText().isBlank()
                    && !said.path("description").asText().isBlank()
                    && said.at("/http_response/code").asInt() == status
                    && !said.at("/http_response/message").asText().isBlank();
            if (!fits) {
                throw new AssertionError(call + ": a no of another form: " + body);
            }
        } catch (JsonProcessingException e) {
            throw new AssertionError(call + ": " + body, e);
        }
    }
}
