package dev.perennial.agent.server;

import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.RecoveryJson;
import dev.perennial.model.ReissueJson;
import dev.perennial.model.ReportJson;
import dev.perennial.model.RootCertificatesJson;
import dev.perennial.model.SigningRequestJson;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The calls of the native API that an agent makes. Each may be repeated without harm. */
public final class ServerApi {
    private static final String REQUESTS = "/v1/certificate_signing_requests";
    private static final String CONNECTORS = "/v1/agent_connectors";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int NOT_MODIFIED = 304;
    private static final int BODY_LIMIT = 1 << 20;

    private final Http http;

    /** @param identity the agent's own certificate; null before it has one */
    public ServerApi(
            URI server,
            Collection<X509Certificate> roots,
            @Nullable TlsIdentity identity,
            Executor executor,
            Duration deadline,
            ServerClock clock) {
        this.http = new Http(server, roots, identity, executor, deadline, clock, BODY_LIMIT);
    }

    /** A signing request and the tag of the answer it came in; null where the server sent none. */
    public record Tagged(
            String id, SigningRequestJson request, @Nullable String etag) {}

    public RootCertificatesJson rootCertificates() throws ServerException {
        return http.body(http.send(http.to("/v1/root_certificates").GET()), RootCertificatesJson.class);
    }

    /** Enrols with the token; repeated with the same key, the server gives the same answer for a while. */
    public AgentConnectorJson enrol(String token, AgentConnectorJson.Spec spec) throws ServerException {
        HttpRequest.Builder call =
                post(CONNECTORS, new AgentConnectorJson(null, spec, null)).header("Authorization", "Bearer " + token);
        return http.body(http.send(call), AgentConnectorJson.class);
    }

    public AgentConnectorJson renewIdentity(String connectorId, AgentConnectorJson.Spec spec) throws ServerException {
        HttpRequest.Builder call =
                post(CONNECTORS + "/" + checked(connectorId) + "/identity", new AgentConnectorJson(null, spec, null));
        return http.body(http.send(call), AgentConnectorJson.class);
    }

    /** What the bound key has to sign for a recovery. */
    public RecoveryJson.Status recoveryNonce(String connectorId) throws ServerException {
        RecoveryJson.Spec nothing = new RecoveryJson.Spec(null, null, null);
        HttpResponse<byte[]> answer = http.send(post(recovery(connectorId), new RecoveryJson(nothing, null)));
        RecoveryJson.Status status = http.body(answer, RecoveryJson.class).status();
        if (status == null || status.nonce() == null) {
            throw new ServerException(answer.uri().getPath() + " answered without a nonce", null);
        }
        return status;
    }

    /** A new identity for one that has expired; repeated with a new nonce, the same key is answered the same. */
    public AgentConnectorJson recover(String connectorId, RecoveryJson.Spec spec) throws ServerException {
        HttpRequest.Builder call = post(recovery(connectorId), new RecoveryJson(spec, null));
        return http.body(http.send(call), AgentConnectorJson.class);
    }

    /** Submits; a duplicate is thrown as the problem {@code duplicate} with the existing request's id. */
    public Tagged submit(SigningRequestJson.Spec spec) throws ServerException {
        return tagged(http.send(post(REQUESTS, new SigningRequestJson(null, spec, null))));
    }

    public Tagged replace(String id, SigningRequestJson.Spec spec) throws ServerException {
        return tagged(http.send(with(http.to(path(id)), "PUT", Http.json(new SigningRequestJson(null, spec, null)))));
    }

    /**
     * Empty where the request still is what the tag stands for.
     *
     * @param wait how long the server may hold its answer until there is a verdict
     */
    public Optional<Tagged> fetch(String id, @Nullable String etag, Duration wait) throws ServerException {
        HttpRequest.Builder call = http.to(path(id)).GET();
        if (wait.toSeconds() > 0) {
            call.header("Prefer", "wait=" + wait.toSeconds());
        }
        if (etag != null) {
            call.header("If-None-Match", etag);
        }
        HttpResponse<byte[]> answer = http.send(call);
        return answer.statusCode() == NOT_MODIFIED ? Optional.empty() : Optional.of(tagged(answer));
    }

    /** Asks for the renewal of the certificate with that notAfter; another asking first is fine. */
    public void reissue(ReissueJson.Spec spec) throws ServerException {
        http.send(post(REQUESTS + "/reissue", new ReissueJson(spec, null)));
    }

    public void report(String connectorId, ReportJson.Spec spec) throws ServerException {
        http.send(post(CONNECTORS + "/" + checked(connectorId) + "/report", new ReportJson(spec)));
    }

    /** What the last answer asked us to wait before we look again; null where it did not. */
    public @Nullable Duration retryAfter() {
        return http.retryAfter();
    }

    private static String recovery(String connectorId) throws ServerException {
        return CONNECTORS + "/" + checked(connectorId) + "/recovery";
    }

    private Tagged tagged(HttpResponse<byte[]> answer) throws ServerException {
        SigningRequestJson request = http.body(answer, SigningRequestJson.class);
        String id = request.metadata() == null ? null : request.metadata().id();
        if (id == null || request.status() == null || request.status().state() == null) {
            throw new ServerException(answer.uri().getPath() + " answered without id or state", null);
        }
        return new Tagged(
                checked(id), request, answer.headers().firstValue("ETag").orElse(null));
    }

    private HttpRequest.Builder post(String path, Object body) {
        return with(http.to(path), "POST", Http.json(body));
    }

    private static HttpRequest.Builder with(
            HttpRequest.Builder call, String method, HttpRequest.BodyPublisher publisher) {
        return call.header("Content-Type", "application/json").method(method, publisher);
    }

    private static String path(String id) throws ServerException {
        return REQUESTS + "/" + checked(id);
    }

    /** An id becomes a segment of a path: what the server sends is not believed to be one. */
    private static String checked(String id) throws ServerException {
        if (!ID.matcher(id).matches()) {
            throw new ServerException("the server sent an id that cannot be one", null);
        }
        return id;
    }
}
