package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ListenersIT {
    @Test
    void clientCertificate_expiredOrForeignOrNone_reachesTheHandler() throws Exception {
        Instant longAgo = Instant.parse("2001-01-01T00:00:00Z");
        TestCertificate expired = TestCertificate.of("expired", longAgo, longAgo.plus(Duration.ofDays(1)));
        TestCertificate foreign = TestCertificate.valid("foreign");
        try (HttpServerFixture server = new HttpServerFixture()) {
            for (Version version : Version.values()) {
                HttpClient client = server.client(expired, version);
                assertThat(server.send(client, "GET", "/v1/who", null).body()).contains("CN=expired");
                assertThat(server.send(client, "GET", "/v1/who", null).body()).contains("CN=expired");
                client = server.client(foreign, version);
                HttpResponse<String> response = server.send(client, "GET", "/v1/who", null);
                assertThat(response.body()).contains("CN=foreign");
                assertThat(response.version()).isEqualTo(version);
                assertThat(server.send(server.client(null, version), "GET", "/v1/who", null)
                                .body())
                        .contains("nobody");
            }
        }
    }

    @Test
    void reload_servesTheNewCertificate_andKeepsTheConnectionThatStands() throws Exception {
        TestCertificate next = TestCertificate.valid("next");
        try (HttpServerFixture server = new HttpServerFixture(2, ListenerSettings.of(0, OptionalInt.empty(), 0))) {
            try (SSLSocket standing = connect(server.own, server)) {
                assertThat(ask(standing, "/health/live")).startsWith("HTTP/1.1 200");
                HttpServerFixture.await(server.instances.get(1).reload(next.material()));
                assertThat(ask(standing, "/health/live")).startsWith("HTTP/1.1 200");
            }
            for (int i = 0; i < 4; i++) {
                try (SSLSocket fresh = connect(next, server)) {
                    X509Certificate seen = (X509Certificate) fresh.getSession().getPeerCertificates()[0];
                    assertThat(seen).isEqualTo(next.certificate());
                    assertThat(ask(fresh, "/health/live")).startsWith("HTTP/1.1 200");
                }
            }
            assertThatThrownBy(() -> HttpServerFixture.await(server.first().reload(new TlsMaterial("no", "good"))))
                    .isInstanceOf(Exception.class);
            try (SSLSocket fresh = connect(next, server)) {
                assertThat(ask(fresh, "/health/live")).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void instances_thatShareSettings_shareTheFreePortTheyFound() throws Exception {
        try (HttpServerFixture server = new HttpServerFixture(2, ListenerSettings.of(0, OptionalInt.of(0), 0))) {
            Set<Integer> ports = new HashSet<>();
            for (Listeners instance : server.instances) {
                ports.add(instance.port());
                ports.add(instance.httpPort().getAsInt());
                ports.add(instance.managementPort());
            }
            assertThat(ports).hasSize(3).allMatch(port -> port > 0);
        }
    }

    @Test
    void close_finishesTheCallUnderWay_andTakesNoConnectionMore() throws Exception {
        try (HttpServerFixture server = new HttpServerFixture()) {
            HttpClient client = server.client(null, Version.HTTP_1_1);
            int port = server.first().port();
            CompletableFuture<HttpResponse<String>> underWay = client.sendAsync(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/v1/held"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            Promise<String> held = server.held.poll(20, TimeUnit.SECONDS);
            Future<Void> closed = server.first().close(Duration.ofSeconds(30));
            awaitRefusal(port);
            assertThat(closed.isComplete()).isFalse();
            held.complete("done");
            assertThat(underWay.get(20, TimeUnit.SECONDS).body()).contains("done");
            HttpServerFixture.await(closed);
        }
    }

    @Test
    void close_cutsWhatIsLeftAtTheDeadline() throws Exception {
        try (HttpServerFixture server = new HttpServerFixture()) {
            CompletableFuture<HttpResponse<String>> underWay = server.client(null, Version.HTTP_1_1)
                    .sendAsync(
                            HttpRequest.newBuilder(URI.create("https://localhost:"
                                            + server.first().port() + "/v1/held"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            server.held.poll(20, TimeUnit.SECONDS);
            HttpServerFixture.await(server.first().close(Duration.ofMillis(200)));
            assertThatThrownBy(() -> underWay.get(20, TimeUnit.SECONDS)).isInstanceOf(Exception.class);
        }
    }

    @Test
    void start_onATakenPort_failsAndLeavesNothingOpen() throws Exception {
        try (HttpServerFixture server = new HttpServerFixture();
                HttpServerFixture other = new HttpServerFixture()) {
            ListenerSettings taken = ListenerSettings.of(server.first().port(), OptionalInt.empty(), 0);
            assertThatThrownBy(() -> HttpServerFixture.await(
                            Listeners.start(other.vertx, taken, other.own.material(), r -> {}, r -> {}, r -> {})))
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void connections_beyondTheirPlaces_areClosed() throws Exception {
        ConnectionPlaces places = new ConnectionPlaces(100, 2);
        ListenerSettings settings =
                new ListenerSettings(0, OptionalInt.of(0), 0, Duration.ofSeconds(10), Duration.ofSeconds(20), places);
        try (HttpServerFixture server = new HttpServerFixture(1, settings)) {
            int port = server.first().httpPort().getAsInt();
            try (Socket one = new Socket(InetAddress.getLoopbackAddress(), port);
                    Socket two = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(ask(one, "/health/live")).startsWith("HTTP/1.1 200");
                assertThat(ask(two, "/health/live")).startsWith("HTTP/1.1 200");
                try (Socket three = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    three.setSoTimeout(20_000);
                    assertThat(three.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(places.taken()).isEqualTo(2);
            }
        }
    }

    @Test
    void tls_below12_isRefused() throws Exception {
        try (HttpServerFixture server = new HttpServerFixture();
                SSLSocket socket = (SSLSocket) server.own
                        .trustedBy(null)
                        .getSocketFactory()
                        .createSocket("localhost", server.first().port())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.1"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(javax.net.ssl.SSLException.class);
        }
    }

    private static SSLSocket connect(TestCertificate trusted, HttpServerFixture server) throws Exception {
        SSLSocketFactory factory = trusted.trustedBy(null).getSocketFactory();
        SSLSocket socket =
                (SSLSocket) factory.createSocket("localhost", server.first().port());
        socket.startHandshake();
        return socket;
    }

    private static String ask(Socket socket, String path) throws Exception {
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder answer = new StringBuilder();
        while (!answer.toString().endsWith("}")) {
            int c = in.read();
            if (c < 0) {
                break;
            }
            answer.append((char) c);
        }
        return answer.toString();
    }

    /** The listening socket closes a moment after it was asked to. */
    private static void awaitRefusal(int port) throws Exception {
        Instant deadline = Instant.now().plusSeconds(20);
        while (Instant.now().isBefore(deadline)) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
            } catch (ConnectException e) {
                return;
            }
        }
        throw new AssertionError("connections are still taken");
    }
}
