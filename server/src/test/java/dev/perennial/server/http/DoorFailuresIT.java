package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What all doors have of a failure, whatever their words are. */
@Timeout(60)
class DoorFailuresIT {
    private static HttpServerFixture server;

    @BeforeAll
    static void start() throws Exception {
        server = new HttpServerFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 1", "1000, 1", "1001, 2", "1999, 2", "2000, 2", "59001, 60"})
    void retryAfter_isNeverLessThanWhatIsLeft(long millis, String seconds) throws Exception {
        HttpResponse<String> answer = server.get("/door/wait/" + millis);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.body()).isEqualTo("in its words");
        assertThat(answer.headers().firstValue("Retry-After")).contains(seconds);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    @Timeout(10)
    void answerThatHasBegun_isCutOff_andNotTakenForWhole(HttpClient.Version version) throws Exception {
        HttpClient client = server.client(null, version);
        assertThatThrownBy(() -> server.send(client, "GET", "/door/begun", null))
                .isInstanceOf(IOException.class);
    }
}
