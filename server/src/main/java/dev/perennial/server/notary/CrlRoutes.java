package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Json;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.revocation.Crl;
import dev.perennial.server.revocation.Revocations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The CRL of a CA, for everybody: upstream's form, or the one of RFC 5280 for who asks for that. Each is written once, and
 * all is in memory: whoever asks, and however often, asks no database.
 */
final class CrlRoutes {
    private static final String DER = "application/pkix-crl";

    private final Authorities authorities;
    private final Revocations revocations;

    /** By the CA's id, the newest that was asked for. */
    private final Map<String, Written> written = new ConcurrentHashMap<>();

    CrlRoutes(Authorities authorities, Revocations revocations) {
        this.authorities = authorities;
        this.revocations = revocations;
    }

    private record Written(long number, Buffer json) {}

    void mount(Router router) {
        router.get(AuthorityRoutes.ONE + "/crl").handler(this::get);
    }

    private void get(RoutingContext context) {
        Crl crl = crl(PathNumber.of(context, PathNumber.AUTHORITY));
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        context.response().putHeader(HttpHeaders.VARY, "Accept");
        if (accept != null && accept.contains(DER)) {
            context.response().putHeader(HttpHeaders.CONTENT_TYPE, DER);
            Answer.body(context.request(), crl.der());
        } else {
            Answer.when(context, json(context.vertx(), crl), json -> {
                context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
                Answer.body(context.request(), json);
            });
        }
    }

    private Future<Buffer> json(Vertx vertx, Crl crl) {
        Written last = written.get(crl.issuerId());
        if (last != null && last.number() == crl.number()) {
            return Future.succeededFuture(last.json());
        }
        return vertx.executeBlocking(
                () -> {
                    Buffer json = Json.write(
                            new Envelope(new AuthorityWire.ShownCrl(crl.pem().strip())));
                    written.put(crl.issuerId(), new Written(crl.number(), json));
                    return json;
                },
                false);
    }

    /** One that waits for its certificate has none. */
    private Crl crl(long number) {
        String id = authorities
                .byNumber(number)
                .orElseThrow(() -> ProblemException.of(ProblemType.NOT_FOUND, "there is no such CA with a certificate"))
                .id();
        return revocations
                .crl(id)
                .orElseThrow(() -> ProblemException.of(ProblemType.UNAVAILABLE, "the CA's first CRL is being made"));
    }
}
