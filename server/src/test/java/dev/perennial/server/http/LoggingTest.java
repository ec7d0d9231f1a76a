package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LoggingTest {
    private static final String HOSTILE = "a\r\nFAKE line\u001b[31m\u2028\u0000\u202e";

    private static LoggingEvent event() {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        LoggingEvent event = new LoggingEvent(
                "x", context.getLogger("test"), Level.INFO, HOSTILE, new IllegalStateException(HOSTILE), null);
        event.setKeyValuePairs(List.of(new KeyValuePair("path", HOSTILE)));
        return event;
    }

    @Test
    void plainLine_withHostileText_isOneLineWithoutControlCharacters() {
        String line = new PlainLine().doLayout(event());
        assertThat(line).endsWith("\n");
        assertThat(line.substring(0, line.length() - 1).chars())
                .noneMatch(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x202e);
    }

    @Test
    void jsonLine_withHostileText_isOneObjectOnOneLine() throws Exception {
        var encoder = Logging.json(new LoggerContext());
        encoder.start();
        String line = new String(encoder.encode(event()), StandardCharsets.UTF_8);
        assertThat(line.strip().chars()).noneMatch(Character::isISOControl);
        JsonNode object = new ObjectMapper().readTree(line);
        assertThat(object.path("formattedMessage").asText()).contains("FAKE line");
        assertThat(object.path("kvpList").toString()).contains("path");
        assertThat(object.has("timestamp")).isTrue();
        assertThat(object.path("level").asText()).isEqualTo("INFO");
    }
}
