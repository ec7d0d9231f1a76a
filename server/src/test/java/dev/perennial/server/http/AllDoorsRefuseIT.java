package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.KubernetesObjects;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.TestTls;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A refusal is the same at every door but for its words: it ends the body, says who may come, and when. */
@Timeout(120)
class AllDoorsRefuseIT {
    private static final String FASTLY = "/tls/private_keys";
    private static final String NOTARY = "/api/v1/certificate_requests";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private static Socket open() throws IOException {
        Socket socket = TestTls.context(server.first().roots(), null)
                .getSocketFactory()
                .createSocket(server.uri().getHost(), server.uri().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String head(String path, String length) {
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + length + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiClient.REQUESTS, "/login", NOTARY, FASTLY, QradarCalls.PATH, KubernetesObjects.PATH})
    void bodyThatIsTooLarge_isRefusedUnread_andTheConnectionClosed(String path) throws Exception {
        try (Socket socket = open()) {
            send(socket, head(path, "Content-Length: 1073741824"));
            // To its end, which comes: nothing more is waited for.
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 413")
                    .containsIgnoringCase("connection: close");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiClient.REQUESTS, "/login", NOTARY, FASTLY, QradarCalls.PATH, KubernetesObjects.PATH})
    @Timeout(20)
    void bodyThatGoesOn_isCut(String path) throws Exception {
        try (Socket socket = open()) {
            send(socket, head(path, "Transfer-Encoding: chunked"));
            String chunk = "1000\r\n" + " ".repeat(4096) + "\r\n";
            assertThatThrownBy(() -> {
                        while (true) {
                            send(socket, chunk);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/x", "/status/x", "/tls/x", "/api/staged_config/x", "/version/x", "/api/v1/accounts"})
    void callWithoutABody_thatIsRefused_leavesTheConnectionToTheNext(String path) throws Exception {
        try (Socket socket = open()) {
            String call = "GET " + path + " HTTP/1.1\r\nHost: x\r\n";
            send(socket, call + "\r\n" + call + "Connection: close\r\n\r\n");
            String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answers.split("HTTP/1\\.1 40[0-9]", -1)).as(answers).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiClient.REQUESTS, NOTARY, FASTLY, QradarCalls.PATH, KubernetesObjects.PATH})
    void stranger_isToldHowToComeIn(String path) {
        Exchange refused = server.nobody().get(path).expect(401);
        assertThat(refused.headers().allValues("WWW-Authenticate"))
                .isNotEmpty()
                .allMatch(one -> one.matches("(Bearer|Basic ).*"));
        assertThat(refused.header("Cache-Control")).isEqualTo("no-store");
    }

    @Test
    void whoHasToWait_isToldTheSameSecondEverywhere() {
        MadeAccount account = server.account(List.of("requester"), "**");
        String password = "correct horse battery";
        server.administrator()
                .post(ApiClient.ACCOUNTS + "/" + account.id() + "/password", Bodies.spec(Map.of("password", password)))
                .expect(200);
        for (int guess = 0; guess < 10; guess++) {
            server.nobody()
                    .withPassword(account.name(), "wrong guess no. " + guess)
                    .get("/v1/me")
                    .expect(401);
        }
        ApiClient late = server.nobody().withPassword(account.name(), "another wrong guess");
        for (String path : List.of(NOTARY, FASTLY, QradarCalls.PATH, KubernetesObjects.PATH)) {
            long most = wait(late.get(ApiClient.REQUESTS));
            long told = wait(late.get(path));
            // What is left gets less while the calls are made, and whoever rounds up says no less than comes after.
            assertThat(told).as(path).isBetween(wait(late.get(ApiClient.REQUESTS)), most);
        }
        long most = wait(late.get(ApiClient.REQUESTS));
        long told = wait(server.nobody()
                .post("/login", Bodies.object().put("email", account.name()).put("password", "another wrong guess")));
        assertThat(told).isBetween(wait(late.get(ApiClient.REQUESTS)), most);
    }

    private static long wait(Exchange refused) {
        return Long.parseLong(refused.expect(429).header("Retry-After"));
    }
}
