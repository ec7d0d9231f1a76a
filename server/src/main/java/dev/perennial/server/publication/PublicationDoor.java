package dev.perennial.server.publication;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;

/** {@code /ca/ID.crt}: a CA's certificate as DER (RFC 5280 §4.2.2.1), as PEM where that is asked for. */
public final class PublicationDoor {
    private static final String PEM = "application/x-pem-file";

    private final Authorities authorities;

    public PublicationDoor(Authorities authorities) {
        this.authorities = authorities;
    }

    public void mount(Router router) {
        router.get("/ca/:ca_file").handler(this::certificate);
    }

    private void certificate(RoutingContext context) {
        String file = String.valueOf(context.pathParam("ca_file"));
        if (!file.endsWith(".crt")) {
            throw notFound();
        }
        X509 certificate = authorities
                .find(file.substring(0, file.length() - 4))
                .filter(authorities::isPublished)
                .map(Authority::certificate)
                .orElseThrow(PublicationDoor::notFound);
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        boolean pem = accept != null && accept.contains(PEM);
        String etag = "\"" + HexFormat.of().formatHex(certificate.sha256(), 0, 8) + (pem ? ".pem" : "") + "\"";
        context.response()
                .putHeader(HttpHeaders.VARY, "Accept")
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=86400");
        if (Conditional.notModified(context, etag)) {
            return;
        }
        context.response()
                .putHeader(HttpHeaders.ETAG, etag)
                .putHeader(HttpHeaders.CONTENT_TYPE, pem ? PEM : "application/pkix-cert");
        Answer.body(context.request(), pem ? Buffer.buffer(certificate.pem()) : Buffer.buffer(certificate.der()));
    }

    private static ProblemException notFound() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such CA");
    }
}
