package dev.perennial.agent.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A server over real TLS that answers each call as the test has it, and notes them: method, path and query. */
public final class ScriptedServer implements AutoCloseable {
    public final TestCa ca = new TestCa("scripted");
    public final List<String> calls = new CopyOnWriteArrayList<>();
    private final HttpsServer http;
    private final Function<Call, Answer> script;

    public ScriptedServer(Function<Call, Answer> script) throws Exception {
        this.script = script;
        KeyPair key = TestCa.key();
        http = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setHttpsConfigurator(new HttpsConfigurator(TestTls.context(
                key, ca.issue(new TestCa.Leaf().dns(List.of("localhost")), key.getPublic()), ca.issuing, ca.root)));
        http.createContext("/", this::handle);
        http.start();
    }

    /** @param line such as {@code GET /v1/accounts?limit=500} */
    public record Call(String line, String ifMatch) {}

    public record Answer(int status, String json, String etag) {
        public static Answer of(String json) {
            return new Answer(200, json, "\"1\"");
        }

        public static Answer problem(int status, String slug) {
            return new Answer(status, "{\"detail\":\"no\",\"error_code\":\"" + slug + "\"}", "\"1\"");
        }
    }

    public String url() {
        return "https://localhost:" + http.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        calls.add(line);
        String ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
        Answer answer = script.apply(new Call(line, ifMatch == null ? "" : ifMatch));
        byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("ETag", answer.etag());
        exchange.sendResponseHeaders(answer.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
