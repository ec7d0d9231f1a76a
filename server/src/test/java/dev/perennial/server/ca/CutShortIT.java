package dev.perennial.server.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Exchange;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That certificates will be cut short by the end of their CA is told long before. */
class CutShortIT {
    private static final String METRIC = "perennial_authorities_leaves_cut_short_seconds ";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @Test
    void endOfACa_isToldHalfAYearBeforeItMatters() throws Exception {
        Exchange list = server.administrator().get(ApiClient.AUTHORITIES).expect(200);
        String id = list.text("/certificate_authorities/1/metadata/id");
        Instant end = Instant.parse(list.text("/certificate_authorities/1/status/not_after"));
        Instant from = Instant.parse(list.text("/certificate_authorities/1/status/cuts_short_from"));
        assertThat(from).isEqualTo(end.minus(Duration.ofDays(90)));
        assertThat(list.at("/certificate_authorities/0/status/cuts_short_from").isMissingNode())
                .isTrue();
        assertThat(health()).doesNotContain("cut short");
        assertThat(metric()).isBetween(9.0 * 365 * 86_400, 10.0 * 365 * 86_400);

        Duration until = Duration.between(server.clock().instant(), from);
        try {
            server.clock().set(until.minusDays(181));
            assertThat(health()).doesNotContain("cut short");
            server.clock().set(until.minusDays(179));
            assertThat(health()).contains("cut short", id + " from " + from);
            assertThat(metric()).isBetween(178.0 * 86_400, 180.0 * 86_400);
            server.clock().set(until.plusDays(1));
            assertThat(metric()).isNegative();
        } finally {
            server.clock().set(Duration.ZERO);
        }
    }

    private static String health() {
        return server.nobody().get("/health").expect(200).body().toString();
    }

    private static double metric() throws Exception {
        URI metrics = URI.create(Files.readString(server.first().home().resolve("management.url"))
                        .strip() + "/metrics");
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(METRIC))
                .mapToDouble(line -> Double.parseDouble(line.substring(METRIC.length())))
                .findFirst()
                .orElseThrow();
    }

    /** The migration writes the subjects of installations that are older than it; it must write them as they are. */
    @Test
    void subjects_ofTheFirstFour_areAsTheMigrationWritesThem() {
        String written = "decode('30' || lpad(to_hex(length(name) + 11), 2, '0') || '31'"
                + " || lpad(to_hex(length(name) + 9), 2, '0') || '30' || lpad(to_hex(length(name) + 7), 2, '0')"
                + " || '06035504030c' || lpad(to_hex(length(name)), 2, '0'), 'hex') || convert_to(name, 'UTF8')";
        assertThat(Await.value(server.database()
                                .query(
                                        "SELECT count(*) AS same FROM authorities WHERE subject = " + written,
                                        Tuple.tuple()))
                        .iterator()
                        .next()
                        .getLong("same"))
                .isEqualTo(4);
    }
}
