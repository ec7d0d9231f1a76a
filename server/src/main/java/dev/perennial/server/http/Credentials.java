package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Callers;
import dev.perennial.server.oidc.Federated;
import dev.perennial.server.oidc.Issuers;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls before anything else is done. An Authorization header decides alone, and a wrong one is 401; a
 * client certificate counts only without one, and only if it itself is registered.
 */
public final class Credentials implements Handler<RoutingContext> {
    private static final String CALLER = "dev.perennial.identity";

    private static final String ASKED = "dev.perennial.identity.asked";

    private static final Set<HttpMethod> WRITING = Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private final Callers callers;
    private final Issuers issuers;
    private final Fleet fleet;
    private final @Nullable String header;

    public Credentials(Callers callers, Issuers issuers, Fleet fleet) {
        this(callers, issuers, fleet, null);
    }

    private Credentials(Callers callers, Issuers issuers, Fleet fleet, @Nullable String header) {
        this.callers = callers;
        this.issuers = issuers;
        this.fleet = fleet;
        this.header = header;
    }

    /** The same at a door whose clients send their token in that header: it decides alone, as an Authorization does. */
    public Credentials orIn(String doorsHeader) {
        return new Credentials(callers, issuers, fleet, doorsHeader);
    }

    /** Who calls, where that was found out. */
    static Optional<Caller> knownCallerOf(RoutingContext context) {
        return Optional.ofNullable(context.get(CALLER));
    }

    /** Whether a credential was asked for. */
    static boolean wereAskedFor(RoutingContext context) {
        return context.get(ASKED) != null;
    }

    /** Who calls; only behind this handler. */
    public static Caller callerOf(RoutingContext context) {
        Caller caller = context.get(CALLER);
        if (caller == null) {
            throw new IllegalStateException("a route without credentials asks who calls");
        }
        return caller;
    }

    /** The caller as the cause of a change. */
    public static Cause causeOf(RoutingContext context) {
        return callerOf(context).cause(sourceOf(context), RequestLog.idOf(context));
    }

    public static String sourceOf(RoutingContext context) {
        SocketAddress address = context.request().remoteAddress();
        return address == null ? "unknown" : String.valueOf(address.hostAddress());
    }

    @Override
    public void handle(RoutingContext context) {
        context.put(ASKED, true);
        find(context)
                .onSuccess(caller -> {
                    context.put(CALLER, caller);
                    context.put(RequestLog.CALLER, caller.name());
                    if (caller.kind() == Caller.Kind.AGENT) {
                        fleet.heardOf(caller.id());
                    }
                    context.next();
                })
                .onFailure(context::fail);
    }

    /** Who calls now, by the same credential: for a call that lasts. Fails where it is not let in any more. */
    public Future<Caller> again(RoutingContext context) {
        return find(context);
    }

    private Future<Caller> find(RoutingContext context) {
        List<String> tokens =
                header == null ? List.of() : context.request().headers().getAll(header);
        if (!tokens.isEmpty()) {
            boolean alone = tokens.size() == 1 && !context.request().headers().contains(HttpHeaders.AUTHORIZATION);
            return byToken(
                    context,
                    Optional.of(tokens.get(0).strip())
                            .filter(token -> alone)
                            .flatMap(Bearer::of)
                            .orElseThrow(() -> ProblemException.of(
                                    ProblemType.UNAUTHENTICATED,
                                    "send one token, in the header " + header + " or as Authorization: Bearer")));
        }
        Optional<Basic> basic = Basic.of(context);
        if (basic.isPresent()) {
            return callers.byPassword(basic.get().user(), basic.get().password(), sourceOf(context));
        }
        Optional<Bearer> bearer = Bearer.of(context);
        if (bearer.isPresent()) {
            return byToken(context, bearer.get());
        }
        X509Certificate certificate = ClientCertificate.of(context)
                .orElseThrow(() -> ProblemException.of(
                        ProblemType.UNAUTHENTICATED, "send a bearer token, or a registered client certificate"));
        return callers.byCertificate(sha256(certificate), sourceOf(context), RequestLog.idOf(context));
    }

    private Future<Caller> byToken(RoutingContext context, Bearer bearer) {
        return switch (bearer.kind()) {
            case OPAQUE -> callers.byToken(bearer.token());
            case JWT -> byJwt(context, bearer.token());
        };
    }

    /** Who may make or change a request is kept with what its rules look at, since a renewal has no token. */
    private Future<Caller> byJwt(RoutingContext context, String token) {
        HttpMethod method = context.request().method();
        return issuers.verify(token)
                .compose(known -> WRITING.contains(method) ? issuers.keep(known) : Future.succeededFuture(known))
                .map(Federated::caller);
    }

    private static byte[] sha256(X509Certificate certificate) {
        try {
            return Digests.sha256(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw ProblemException.of(ProblemType.UNAUTHENTICATED, "the client certificate cannot be read");
        }
    }
}
