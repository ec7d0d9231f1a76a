package dev.perennial.agent.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The server's API for agents over real TLS, small, in memory, and able to misbehave in every way that it may. */
public final class FakeServer extends FakeService implements AutoCloseable {
    public static final String TOKEN = "enrolment-token";

    /** How a call goes wrong. */
    public enum Fault {
        DROP_BEFORE,
        DROP_AFTER,
        SLOW_BODY,
        TOO_MANY,
        UNAVAILABLE,
        RETIRED,
        TRUNCATED,
        REDIRECT,
        HUGE,
        LOGIN_PAGE,
        REFUSED,
        KEY_NOT_ROTATED,
        UNAUTHENTICATED,
        CONFLICT
    }

    private record Ordered(Predicate<String> call, Fault fault) {}

    private final HttpsServer http;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<Ordered> faults = new CopyOnWriteArrayList<>();
    public final List<String> calls = new CopyOnWriteArrayList<>();

    public FakeServer() throws Exception {
        this(0, "localhost");
    }

    public FakeServer(int port, String name) throws Exception {
        this(port, new TestCa("test"), new TestCa.Leaf().dns(List.of(name)), false);
    }

    /** @param foreign whether the server's own certificate comes from another CA than it publishes */
    public FakeServer(TestCa ca, TestCa.Leaf own, boolean foreign) throws Exception {
        this(0, ca, own, foreign);
    }

    private FakeServer(int port, TestCa ca, TestCa.Leaf own, boolean foreign) throws Exception {
        super(ca);
        TestCa signer = foreign ? new TestCa("foreign") : ca;
        KeyPair key = TestCa.key();
        X509Certificate certificate = signer.issue(own, key.getPublic());
        SSLContext context = TestTls.context(key, certificate, signer.issuing, signer.root);
        http = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        http.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setWantClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        http.createContext("/", this::handle);
        http.setExecutor(executor);
        http.start();
    }

    public String url() {
        return "https://localhost:" + http.getAddress().getPort();
    }

    public int port() {
        return http.getAddress().getPort();
    }

    public String pin() {
        try {
            return "sha256:" + Certificates.sha256(ca.root);
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }

    /** The next call that starts with this method and path goes wrong so. */
    public void fail(String call, Fault fault) {
        faults.add(new Ordered(line -> line.startsWith(call), fault));
    }

    public void failAlways(String call, Fault fault, int times) {
        for (int i = 0; i < times; i++) {
            fail(call, fault);
        }
    }

    public void mend() {
        faults.clear();
    }

    public long count(String call) {
        return calls.stream().filter(line -> line.startsWith(call)).count();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String line =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        calls.add(line);
        Fault fault = take(line);
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (fault != null && before(exchange, fault)) {
                return;
            }
            Reply reply = answer(exchange, body);
            if (fault == Fault.DROP_AFTER) {
                exchange.close();
                return;
            }
            send(exchange, reply, fault == Fault.TRUNCATED);
        } catch (RuntimeException | Error e) {
            e.printStackTrace();
            throw e;
        } finally {
            exchange.close();
        }
    }

    private synchronized Fault take(String line) {
        for (Ordered ordered : faults) {
            if (ordered.call().test(line)) {
                faults.remove(ordered);
                return ordered.fault();
            }
        }
        return null;
    }

    private boolean before(HttpExchange exchange, Fault fault) throws IOException {
        switch (fault) {
            case DROP_BEFORE -> exchange.close();
            case SLOW_BODY -> {
                exchange.sendResponseHeaders(200, 1000);
                exchange.getResponseBody().write('{');
                exchange.getResponseBody().flush();
                awaitClose();
            }
            case TOO_MANY -> {
                exchange.getResponseHeaders().set("Retry-After", "3600");
                send(exchange, problem(429, "rateLimited"), false);
            }
            case UNAVAILABLE -> {
                exchange.getResponseHeaders().set("Retry-After", "1");
                send(exchange, problem(503, "unavailable"), false);
            }
            case RETIRED -> send(exchange, problem(410, "retired"), false);
            case REFUSED -> send(exchange, problem(403, "rejectedIdentifier"), false);
            case KEY_NOT_ROTATED -> send(exchange, problem(409, "keyNotRotated"), false);
            case UNAUTHENTICATED -> send(exchange, problem(401, "unauthenticated"), false);
            case CONFLICT -> send(exchange, problem(409, "conflict"), false);
            case REDIRECT -> {
                exchange.getResponseHeaders().set("Location", "https://localhost:1/elsewhere");
                exchange.sendResponseHeaders(301, -1);
            }
            case HUGE -> {
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream out = exchange.getResponseBody()) {
                    byte[] zeros = new byte[1 << 16];
                    for (int i = 0; i < 1024; i++) {
                        out.write(zeros);
                    }
                }
            }
            case LOGIN_PAGE -> send(exchange, new Reply(200, "<html>log in", null), false);
            case DROP_AFTER, TRUNCATED -> {
                return false;
            }
        }
        return true;
    }

    private void awaitClose() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HttpExchange exchange, Reply reply, boolean truncated) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (reply.etag() != null) {
            exchange.getResponseHeaders().set("ETag", reply.etag());
        }
        byte[] body = reply.body();
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body, 0, truncated ? body.length / 2 : body.length);
    }

    @Override
    public void close() {
        closed.countDown();
        http.stop(0);
        executor.shutdownNow();
    }
}
