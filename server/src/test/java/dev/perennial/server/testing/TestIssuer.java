package dev.perennial.server.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.perennial.server.oidc.Algorithm;
import dev.perennial.server.oidc.Rule;
import dev.perennial.server.oidc.TrustedIssuer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real issuer of tokens on this machine: HTTPS by a CA of its own, a discovery document, keys that rotate. It can be
 * made to fail, to wait and to send elsewhere.
 */
public final class TestIssuer implements AutoCloseable {
    public static final String AUDIENCE = "perennial";

    private final TestCa ca = TestCa.root(KeyKind.EC_P256);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger keyFetches = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final InstantSource clock;
    private final HttpsServer server;
    private volatile Keys keys = Keys.generate(0);
    private volatile Behaviour keyBehaviour = this::serveKeys;
    private volatile Behaviour discovery = this::serveDiscovery;
    private volatile Behaviour elsewhere = exchange -> answer(exchange, 404, "not here");

    /** How a path is answered. */
    public interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** One generation of keys. */
    public record Keys(RSAKey rsa, ECKey ec, Ed25519Key ed) {
        static Keys generate(int number) {
            try {
                return new Keys(
                        new RSAKeyGenerator(2048)
                                .keyID("rsa-" + number)
                                .keyUse(KeyUse.SIGNATURE)
                                .algorithm(JWSAlgorithm.RS256)
                                .generate(),
                        new ECKeyGenerator(Curve.P_256).keyID("ec-" + number).generate(),
                        Ed25519Key.generate("ed-" + number));
            } catch (JOSEException e) {
                throw new IllegalStateException(e);
            }
        }

        public String json() {
            return Stream.of(rsa.toPublicJWK(), ec.toPublicJWK(), ed.jwk())
                    .map(JWK::toJSONString)
                    .collect(Collectors.joining(",", "{\"keys\":[", "]}"));
        }
    }

    private TestIssuer(InstantSource clock, String address) {
        this.clock = clock;
        try {
            KeyPair pair = TestCsrs.keyPair();
            var plan = ca.plan(
                    Instant.now(),
                    SubjectPublicKey.parse(pair.getPublic().getEncoded()),
                    "localhost",
                    "issuer.test",
                    "ip:127.0.0.1");
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
            server.setHttpsConfigurator(
                    new HttpsConfigurator(TestTls.server(new ClientIdentity(pair, List.of(ca.issue(plan))))));
            server.setExecutor(threads);
            server.createContext("/", exchange -> {
                connections.incrementAndGet();
                try (exchange) {
                    dispatch(exchange);
                }
            });
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TestIssuer start(InstantSource clock) {
        return new TestIssuer(clock, "127.0.0.1");
    }

    /** On another of this machine's loopback addresses. */
    public static TestIssuer startAt(String address) {
        return new TestIssuer(Instant::now, address);
    }

    private void dispatch(HttpExchange exchange) throws IOException {
        switch (exchange.getRequestURI().getPath()) {
            case "/.well-known/openid-configuration" -> discovery.answer(exchange);
            case "/keys" -> {
                keyFetches.incrementAndGet();
                keyBehaviour.answer(exchange);
            }
            default -> elsewhere.answer(exchange);
        }
    }

    private void serveKeys(HttpExchange exchange) throws IOException {
        answer(exchange, 200, keys.json());
    }

    private void serveDiscovery(HttpExchange exchange) throws IOException {
        answer(exchange, 200, discovery(issuer(), issuer() + "/keys"));
    }

    public static String discovery(String issuer, String jwksUri) {
        return "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + jwksUri + "\",\"other\":[1]}";
    }

    public static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public static Behaviour redirect(String location) {
        return exchange -> {
            exchange.getResponseHeaders().set("Location", location);
            answer(exchange, 302, "secret-body");
        };
    }

    /** Answers as before once the latch is open. */
    public void hold(CountDownLatch latch) {
        keyBehaviour = exchange -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            serveKeys(exchange);
        };
    }

    public void keysAnswer(Behaviour behaviour) {
        keyBehaviour = behaviour;
    }

    public void keysAnswer(int status, String body) {
        keyBehaviour = exchange -> answer(exchange, status, body);
    }

    public void discoveryAnswers(Behaviour behaviour) {
        discovery = behaviour;
    }

    public void elsewhereAnswers(Behaviour behaviour) {
        elsewhere = behaviour;
    }

    public void recover() {
        keyBehaviour = this::serveKeys;
        discovery = this::serveDiscovery;
    }

    public void rotate() {
        keys = Keys.generate(Integer.parseInt(keys.rsa().getKeyID().substring(4)) + 1);
    }

    public Keys keys() {
        return keys;
    }

    public int keyFetches() {
        return keyFetches.get();
    }

    /** All calls that it was sent. */
    public int calls() {
        return connections.get();
    }

    public String issuer() {
        return "https://localhost:" + port();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** The root that its certificate chains to. */
    public String roots() {
        return ca.certificate().pem();
    }

    /** A token that is good for {@link #trusted}, until it is changed. */
    public TestToken token() {
        return new TestToken(this, clock.instant());
    }

    public TrustedIssuer trusted(Rule... rules) {
        return new TrustedIssuer(
                issuer(),
                List.of("other", AUDIENCE),
                null,
                roots(),
                EnumSet.allOf(Algorithm.class),
                "default",
                List.of(rules));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
