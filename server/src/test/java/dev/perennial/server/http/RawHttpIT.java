package dev.perennial.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a socket can send that no client library would (reliability T24, T29, T31, T42). */
@Timeout(60)
class RawHttpIT {
    private static HttpServerFixture server;

    @BeforeAll
    static void start() throws Exception {
        server = new HttpServerFixture();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static final String READ = "POST /v1/read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                "Content-Length: 2, 3\r\n\r\n{}",
                "Content-Length: +2\r\n\r\n{}",
                "Content-Length: -2\r\n\r\n{}",
                "Content-Length: 0x2\r\n\r\n{}",
                "Content-Length : 2\r\n\r\n{}",
                "Content-Length: 99999999999999999999\r\n\r\n{}",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
                "X-Folded: a\r\n b\r\nContent-Length: 2\r\n\r\n{}",
                "X-Folded: a\r\n\tb\r\nContent-Length: 2\r\n\r\n{}",
                " Content-Length: 2\r\n\r\n{}",
                "X-Bare: a\nContent-Length: 2\r\n\r\n{}",
                "X-Bare: a\rContent-Length: 2\r\n\r\n{}",
                "X-Nul: a\0b\r\nContent-Length: 2\r\n\r\n{}",
                "no colon\r\nContent-Length: 2\r\n\r\n{}",
                "Content-Length: 2\n\n{}",
            })
    void message_thatTwoReadersCouldCutDifferently_isRefusedAndTheConnectionClosed(String rest) throws Exception {
        String answer = exchange(READ + rest + "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).doesNotContain(" 200 ");
        assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 400"))
                .as(answer)
                .isTrue();
    }

    @Test
    void foldedLine_inAHeadThatArrivesInPieces_isRefused() throws Exception {
        try (Socket socket = open()) {
            for (String piece : new String[] {READ, " folded: x\r\n", "Content-Length: 2\r\n\r\n{}"}) {
                socket.getOutputStream().write(piece.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
            assertThat(rest(socket)).startsWith("HTTP/1.1 400");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: x\r\nHost: y\r\n", "Host: x\r\nhost: x\r\n"})
    void head_withTwoHosts_isRefused(String hosts) throws Exception {
        assertThat(exchange("GET /health/live HTTP/1.1\r\n" + hosts + "Connection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    @Test
    void pipelinedCalls_areAnsweredInOrder() throws Exception {
        String one = READ + "Content-Length: 2\r\n\r\n{}";
        String answer = exchange(one + one + "GET /v1/who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer.split("HTTP/1.1 200", -1)).hasSize(4);
    }

    @Test
    void body_largerThanItsLimitByItsOwnWord_isRefusedUnread() throws Exception {
        String answer = exchange(READ + "Content-Length: 1073741824\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 413")
                .contains("application/problem+json")
                .contains("tooLarge");
        assertThat(exchange(READ + "Content-Length: " + (BodyLimit.NATIVE + 1) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void body_atItsLimit_isTaken() throws Exception {
        String body = "{\"spec\":{}}" + " ".repeat(BodyLimit.NATIVE - 11);
        assertThat(exchange(READ + "Connection: close\r\nContent-Length: " + BodyLimit.NATIVE + "\r\n\r\n" + body))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void body_inEndlessChunks_isRefusedAtItsLimit() throws Exception {
        try (Socket socket = open()) {
            socket.getOutputStream()
                    .write((READ + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = ("1000\r\n" + " ".repeat(4096) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            // It reads on for a moment, so that the answer arrives, and then cuts; if never, the class' deadline ends
            // it.
            assertThatThrownBy(() -> {
                        while (true) {
                            socket.getOutputStream().write(chunk);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
        String chunks = ("1000\r\n" + " ".repeat(4096) + "\r\n").repeat(17);
        assertThat(exchange(READ + "Transfer-Encoding: chunked\r\n\r\n" + chunks))
                .startsWith("HTTP/1.1 413");
    }

    @Test
    void head_thatDrips_isCut() throws Exception {
        try (Socket socket = open()) {
            socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nX-Slow: ".getBytes(StandardCharsets.US_ASCII));
            int sent = 0;
            try {
                for (; sent < 10_000; sent++) {
                    socket.getOutputStream().write('a');
                    socket.setSoTimeout(10);
                    try {
                        if (socket.getInputStream().read() < 0) {
                            break;
                        }
                    } catch (SocketTimeoutException e) {
                        // Nothing yet: the next drop.
                    }
                }
            } catch (IOException e) {
                // Cut.
            }
            assertThat(sent).isLessThan(10_000);
        }
    }

    @Test
    void body_thatDoesNotCome_isRefusedAndTheConnectionClosed() throws Exception {
        assertThat(exchange(READ + "Content-Length: 10\r\n\r\n{"))
                .startsWith("HTTP/1.1 400")
                .contains("did not arrive");
    }

    @Test
    void keepAliveConnection_betweenCalls_hasNoHeadDeadline() throws Exception {
        try (Socket socket = open()) {
            String call = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";
            socket.getOutputStream().write(call.getBytes(StandardCharsets.US_ASCII));
            socket.setSoTimeout((int) HttpServerFixture.SHORT.multipliedBy(3).toMillis());
            ByteArrayOutputStream first = new ByteArrayOutputStream();
            assertThatThrownBy(() -> {
                        int c;
                        while ((c = socket.getInputStream().read()) >= 0) {
                            first.write(c);
                        }
                    })
                    .isInstanceOf(SocketTimeoutException.class);
            assertThat(first.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200");
            socket.getOutputStream().write(call.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1//things/a", "/v1/./things/a", "/v1/../v1/who", "/v1/things/a;b", "/v1/things/a%2fb",
                "/v1/things/a%2Fb", "/v1/things/a%5cb", "/v1/things/a%00", "/v1/things/%2e%2e", "/v1/things/%2E",
                "/v1/things/a%0d%0aX", "/v1/things/a%25", "/v1/things/a%zz", "/v1/things/a%", "/v1/things/..",
                "/v1/things/a.b", "/v1/things/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            })
    void path_thatIsNotPlain_isMalformed(String path) throws Exception {
        String answer = exchange("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400").contains("\"error_code\":\"malformed\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {2_001, 9_000, 200_000})
    void path_thatIsTooLong_isMalformed(int length) throws Exception {
        assertThat(exchange("GET /" + "a".repeat(length - 1) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .contains(" 400 Bad Request");
    }

    @Test
    void head_thatIsTooLarge_isRefused() throws Exception {
        assertThat(exchange("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 400");
    }

    private static Socket open() throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), server.first().httpPort().getAsInt());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String exchange(String sent) throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            return rest(socket);
        }
    }

    /** Everything until the server closes; a reset after the answer is an end too. */
    private static String rest(Socket socket) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try {
            int c;
            while ((c = socket.getInputStream().read()) >= 0) {
                answer.write(c);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open after " + answer, e);
        } catch (SocketException e) {
            // Reset.
        }
        return answer.toString(StandardCharsets.ISO_8859_1);
    }
}
