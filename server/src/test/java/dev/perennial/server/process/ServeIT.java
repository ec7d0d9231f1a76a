package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.TestCsrs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve} from its ready line to its end. */
final class ServeIT {
    /** What the JVM ends with when SIGTERM ended it, however orderly. */
    private static final int SIGTERM_EXIT = 143;

    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    @Test
    void sigterm_answersTheCallUnderWayAndEndsInOrder() throws Exception {
        Path home = directory.resolve("home");
        ServerProcess server =
                ServerProcess.ready(home, "--database", POSTGRES.another().toString());
        ApiClient administrator = server.administrator();
        Exchange made = administrator.submit(TestCsrs.p256("www.example.com")).expect(201);
        String etag = made.headers().firstValue("ETag").orElseThrow();
        String path = ApiClient.REQUESTS + "/" + made.id();

        // The scrape itself is a call under way.
        server.await("nothing else is under way", () -> callsUnderWay(server) == 1);
        CompletableFuture<Exchange> polled =
                administrator.sendAsync("GET", path, null, "Prefer", "wait=60", "If-None-Match", etag);
        server.await("the poll is under way", () -> callsUnderWay(server) == 2);
        server.terminate();

        assertThat(ApiClient.value(polled).expect(304).etag()).isEqualTo(etag);
        assertThat(server.exit()).isEqualTo(SIGTERM_EXIT);
        assertThat(server.out()).isEqualTo("ready " + server.url() + "\n");
        assertThat(server.log()).contains("Stopped").doesNotContain("Not everything stopped in order");
    }

    @Test
    void home_holdsWhatIsPromisedAndNobodyElseReadsIt() throws Exception {
        Path home = directory.resolve("home");
        try (ServerProcess server =
                ServerProcess.ready(home, "--database", POSTGRES.another().toString())) {
            assertThat(modeOf(home)).isEqualTo("rwx------");
            assertThat(modeOf(home.resolve("admin.token"))).isEqualTo("rw-------");
            assertThat(modeOf(home.resolve("seal.key"))).isEqualTo("rw-------");
            assertThat(server.file("ca.pem")).startsWith("-----BEGIN CERTIFICATE-----");
            assertThat(server.log()).doesNotContain(server.file("admin.token"), server.file("seal.key"));
            assertThat(metrics(server)).contains("vertx_http_server", "perennial_audit_unsealed_seconds");
        }
    }

    @Test
    void status_namesTheVersionThatWasBuilt() throws Exception {
        try (ServerProcess server = ServerProcess.ready(
                directory.resolve("home"), "--database", POSTGRES.another().toString())) {
            assertThat(server.administrator().get("/status").expect(200).text("/result/version"))
                    .matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
        }
    }

    @Test
    void startedAgain_isTheSameService() throws Exception {
        Path home = directory.resolve("home");
        String database = POSTGRES.another().toString();
        String roots;
        String path;
        try (ServerProcess first = ServerProcess.ready(home, "--database", database)) {
            roots = first.file("ca.pem");
            path = ApiClient.REQUESTS + "/"
                    + first.administrator()
                            .submit(TestCsrs.p256("www.example.com"))
                            .expect(201)
                            .id();
        }
        try (ServerProcess second = ServerProcess.ready(home, "--database", database)) {
            assertThat(second.file("ca.pem")).isEqualTo(roots);
            second.administrator().get(path).expect(200);
        }
    }

    @Test
    void jsonLog_isOneObjectALine() throws Exception {
        Path home = directory.resolve("home");
        ServerProcess server = ServerProcess.ready(
                home,
                "--log-format",
                "json",
                "--http-port",
                "off",
                "--database",
                POSTGRES.another().toString());
        server.administrator().get("/health").expect(200);
        server.terminate();
        server.exit();

        ObjectMapper json = new ObjectMapper();
        assertThat(server.log().lines()).isNotEmpty();
        for (String line : server.log().lines().toList()) {
            assertThat(json.readTree(line).isObject()).as(line).isTrue();
        }
    }

    @Test
    void twoServersOnOneEmptyDatabase_becomeOneService() throws Exception {
        Path home = Files.createDirectory(directory.resolve("one"));
        DatabaseUri database = POSTGRES.another();
        // One home, so one seal.key: the other has its own ports.
        ServerProcess one = ServerProcess.launch(home, "--database", database.toString());
        ServerProcess two = ServerProcess.launch(home, "--database", database.toString());
        try (one;
                two) {
            one.awaitReady();
            two.awaitReady();
            Exchange made =
                    one.administrator().submit(TestCsrs.p256("www.example.com")).expect(201);
            two.administrator().get(ApiClient.REQUESTS + "/" + made.id()).expect(200);
            assertThat(one.administrator().get("/v1/root_certificates").body())
                    .isEqualTo(two.administrator().get("/v1/root_certificates").body());
        }
    }

    private static double callsUnderWay(ServerProcess server) {
        return metrics(server)
                .lines()
                .filter(line -> line.startsWith("vertx_http_server_active_requests"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static String metrics(ServerProcess server) {
        URI metrics = URI.create(server.file("management.url") + "/metrics");
        try {
            return HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String modeOf(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
