package dev.perennial.agent.testing;

import com.sun.net.httpserver.HttpExchange;
import dev.perennial.agent.json.Json;
import dev.perennial.agent.x509.Pem;
import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.CertificateJson;
import dev.perennial.model.Metadata;
import dev.perennial.model.ProblemJson;
import dev.perennial.model.RecoveryJson;
import dev.perennial.model.ReissueJson;
import dev.perennial.model.ReportJson;
import dev.perennial.model.RequestState;
import dev.perennial.model.RootCertificatesJson;
import dev.perennial.model.SigningRequestJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** What the fake server knows and answers, without its transport. */
public class FakeService {
    public final TestCa ca;
    private final Map<String, Held> requests = new LinkedHashMap<>();
    private final FakeIdentities identities = new FakeIdentities();
    private int numbers;

    public final List<ReportJson.Spec> reports = new CopyOnWriteArrayList<>();
    public volatile Duration validity = Duration.ofDays(90);
    public volatile boolean holdNew;
    /** What a look at a request is answered to wait; none where empty. */
    public volatile String retryAfter = "";

    private int waits;

    private int issued;
    /** Makes the certificate that is answered; replaced to answer a bad one. */
    public volatile BiFunction<Held, TestCa.Leaf, CertificateJson> issuer = this::sign;

    FakeService(TestCa ca) {
        this.ca = ca;
    }

    /** One signing request. */
    public static final class Held {
        final String id;
        byte[] pkcs10;
        public RequestState state = RequestState.ISSUED;
        public final List<CertificateJson> certificates = new ArrayList<>();
        public SigningRequestJson.Rotation rotation;
        public SigningRequestJson.Next next;
        public boolean autoRenew = true;
        int version;

        public byte[] pkcs10() {
            return pkcs10.clone();
        }

        Held(String id, byte[] pkcs10) {
            this.id = id;
            this.pkcs10 = pkcs10;
        }
    }

    public synchronized Held only() {
        if (requests.size() != 1) {
            throw new AssertionError("there are " + requests.size() + " requests");
        }
        return requests.values().iterator().next();
    }

    /** How many looks asked to be held until there is a verdict. */
    public synchronized int waits() {
        return waits;
    }

    public synchronized Held held(String id) {
        return requests.get(id);
    }

    /** How many certificates were ever signed. */
    public synchronized int issued() {
        return issued;
    }

    public synchronized int identitiesIssued() {
        return identities.issued();
    }

    /** From here on the identities that are issued have ended an hour before, or have not. */
    public synchronized void endIdentities(boolean ended) {
        identities.ended = ended;
    }

    /** The bound key that is registered, in PEM; empty where there is none. */
    public synchronized String boundKey() {
        return identities.boundKey();
    }

    public synchronized void forgetBoundKey() {
        identities.unbind();
    }

    public synchronized int requests() {
        return requests.size();
    }

    public synchronized void forget() {
        requests.clear();
    }

    public synchronized void changed(Held held) {
        held.version++;
    }

    /** Puts a backup back: an earlier PKCS#10 and what was issued for it. */
    public synchronized void restore(Held held, byte[] pkcs10, List<CertificateJson> certificates) {
        held.pkcs10 = pkcs10.clone();
        held.certificates.clear();
        held.certificates.addAll(certificates);
        held.version++;
    }

    /** Signs the stored PKCS#10 again, as the renewal clock does. */
    public synchronized CertificateJson renew(Held held) {
        return issue(held);
    }

    public synchronized void approve(Held held) {
        held.state = RequestState.ISSUED;
        issue(held);
        notifyAll();
    }

    public CertificateJson sign(Held held, TestCa.Leaf leaf) {
        PublicKey key = TestCa.publicKey(held.pkcs10);
        return json(held, ca.issue(leaf, key), TestCa.pem(ca.issuing));
    }

    public static CertificateJson json(Held held, X509Certificate certificate, String issuers) {
        return json(held, certificate, TestCa.pem(certificate), issuers);
    }

    public static CertificateJson json(Held held, X509Certificate certificate, String text, String issuers) {
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        Instant renewal = notBefore.plus(
                Duration.between(notBefore, notAfter).multipliedBy(2).dividedBy(3));
        return new CertificateJson(
                null,
                new CertificateJson.Spec("default", "issued", text, issuers, held.id, null),
                new CertificateJson.Status(notBefore, notAfter, renewal, null, null, null, null, null, null));
    }

    private CertificateJson issue(Held held) {
        issued++;
        Instant now = Instant.now();
        TestCa.Leaf leaf = new TestCa.Leaf()
                .dns(TestCa.dnsNames(held.pkcs10))
                .from(now.minusSeconds(1))
                .until(now.plus(validity));
        CertificateJson certificate = issuer.apply(held, leaf);
        held.certificates.add(certificate);
        held.version++;
        return certificate;
    }

    record Reply(int status, String text, String etag) {
        byte[] body() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    synchronized Reply answer(HttpExchange exchange, byte[] body) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        if (path.equals("/v1/root_certificates")) {
            return ok(
                    200,
                    new RootCertificatesJson(
                            List.of(new RootCertificatesJson.Root(
                                    new Metadata("root", null, null),
                                    new RootCertificatesJson.Spec(null, TestCa.pem(ca.root)),
                                    new RootCertificatesJson.Status(
                                            ca.root.getNotBefore().toInstant(),
                                            ca.root.getNotAfter().toInstant(),
                                            ""))),
                            50,
                            1));
        }
        if (path.equals("/v1/agent_connectors")) {
            return enrol(exchange, body);
        }
        if (path.endsWith("/recovery")) {
            return recover(body);
        }
        if (!identities.isKnown(exchange)) {
            return problem(401, "unauthenticated");
        }
        if (path.endsWith("/report")) {
            reports.add(Json.read(body, ReportJson.class).spec());
            return new Reply(200, "{}", null);
        }
        if (path.endsWith("/identity")) {
            AgentConnectorJson.Spec spec =
                    Json.read(body, AgentConnectorJson.class).spec();
            if (spec.boundKey() != null) {
                identities.bind(spec, der(spec.request()));
            }
            return ok(201, identities.issue(TestCa.publicKey(der(spec.request()))));
        }
        if (path.endsWith("/reissue")) {
            ReissueJson.Spec spec = Json.read(body, ReissueJson.class).spec();
            Held held = requests.get(spec.csrId());
            return ok(201, new ReissueJson(null, new ReissueJson.Status(issue(held))));
        }
        if (path.equals("/v1/certificate_signing_requests")) {
            return post(exchange, body);
        }
        Held held = requests.get(path.substring(path.lastIndexOf('/') + 1));
        if (held == null) {
            return problem(404, "unknown");
        }
        if (held.state == RequestState.WITHDRAWN) {
            return problem(404, "withdrawn");
        }
        return method.equals("PUT") ? put(held, body) : get(exchange, held);
    }

    private Reply get(HttpExchange exchange, Held held) {
        String prefer = exchange.getRequestHeaders().getFirst("Prefer");
        if (prefer != null) {
            waits++;
            awaitVerdict(held, Duration.ofSeconds(Long.parseLong(prefer.replace("wait=", ""))));
        }
        if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
        }
        Reply reply = ok(200, json(held));
        String etag = "\"" + held.id + "-" + held.version + "\"";
        if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            return new Reply(304, "", etag);
        }
        return new Reply(200, reply.text(), etag);
    }

    /** Lets the other calls in while it waits. */
    private void awaitVerdict(Held held, Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        try {
            for (long left = longest.toMillis(); left > 0 && held.state.isUnderWay(); ) {
                wait(left);
                left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply post(HttpExchange exchange, byte[] body) throws IOException {
        byte[] pkcs10 = der(Json.read(body, SigningRequestJson.class).spec().request());
        for (Held held : requests.values()) {
            if (java.util.Arrays.equals(held.pkcs10, pkcs10)) {
                exchange.getResponseHeaders().set("Location", "/v1/certificate_signing_requests/" + held.id);
                return problem(409, "duplicate");
            }
        }
        Held held = new Held("r" + ++numbers, pkcs10);
        requests.put(held.id, held);
        decide(held);
        return ok(201, json(held));
    }

    private Reply put(Held held, byte[] body) throws IOException {
        SigningRequestJson.Spec spec = Json.read(body, SigningRequestJson.class).spec();
        held.autoRenew = spec.autoRenew() == null || spec.autoRenew();
        byte[] pkcs10 = der(spec.request());
        if (!java.util.Arrays.equals(held.pkcs10, pkcs10)) {
            held.pkcs10 = pkcs10;
            held.certificates.clear();
            held.rotation = null;
            decide(held);
        }
        return ok(200, json(held));
    }

    private void decide(Held held) {
        held.version++;
        if (holdNew) {
            held.state = RequestState.PENDING;
        } else {
            held.state = RequestState.ISSUED;
            issue(held);
        }
    }

    private Reply enrol(HttpExchange exchange, byte[] body) throws IOException {
        if (!("Bearer " + FakeServer.TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            return problem(401, "unauthenticated");
        }
        AgentConnectorJson.Spec spec = Json.read(body, AgentConnectorJson.class).spec();
        PublicKey key = TestCa.publicKey(der(spec.request()));
        if (identities.isTokenFor(key) && spec.boundKey() != null) {
            identities.bind(spec, der(spec.request()));
        }
        return identities.isTokenFor(key) ? ok(201, identities.issue(key)) : problem(401, "unauthenticated");
    }

    private Reply recover(byte[] body) throws IOException {
        RecoveryJson.Spec spec = Json.read(body, RecoveryJson.class).spec();
        if (spec.nonce() == null) {
            return ok(200, identities.nonce());
        }
        return identities
                .recover(spec, der(spec.request()))
                .map(identity -> ok(200, identity))
                .orElse(problem(401, "unauthenticated"));
    }

    private SigningRequestJson json(Held held) {
        return new SigningRequestJson(
                new Metadata(held.id, null, null),
                new SigningRequestJson.Spec("default", null, held.autoRenew, null, null, null, null, null, null),
                new SigningRequestJson.Status(
                        List.copyOf(held.certificates),
                        null,
                        List.of(),
                        "connector1",
                        held.autoRenew,
                        List.of(),
                        held.state,
                        held.next,
                        null,
                        null,
                        1,
                        "perennial.dev/server",
                        null,
                        held.rotation,
                        null));
    }

    private static Reply ok(int status, Object body) {
        return new Reply(status, new String(Json.write(body), StandardCharsets.UTF_8), null);
    }

    static Reply problem(int status, String slug) {
        return ok(
                status,
                new ProblemJson(
                        "/problems/" + slug, slug, status, "as ordered", null, slug, "as ordered", null, null, null));
    }

    private static byte[] der(String pem) {
        try {
            return Pem.parse(pem, "CERTIFICATE REQUEST").get(0);
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
