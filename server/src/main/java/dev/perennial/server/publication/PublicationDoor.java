package dev.perennial.server.publication;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.revocation.Crl;
import dev.perennial.server.revocation.Revocations;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.Supplier;

/**
 * {@code /ca/ID.crt} and {@code /ca/ID.crl}: a CA's certificate (RFC 5280 §4.2.2.1) and its CRL (§4.2.1.13), as DER, as PEM
 * where that is asked for; and {@code /ocsp}.
 */
public final class PublicationDoor {
    private static final String PEM = "application/x-pem-file";
    private static final String CERTIFICATE = ".crt";
    private static final String CRL = ".crl";

    private final Authorities authorities;
    private final Revocations revocations;
    private final OcspRoutes ocsp;

    public PublicationDoor(Authorities authorities, Revocations revocations, InstantSource clock) {
        this.authorities = authorities;
        this.revocations = revocations;
        this.ocsp = new OcspRoutes(revocations, clock);
    }

    public void mount(Router router) {
        router.get("/ca/:ca_file").handler(this::file);
        ocsp.mount(router);
    }

    private void file(RoutingContext context) {
        String file = String.valueOf(context.pathParam("ca_file"));
        String id = file.substring(0, Math.max(0, file.length() - CRL.length()));
        if (!authorities.find(id).filter(authorities::isPublished).isPresent()) {
            throw notFound();
        }
        if (file.endsWith(CERTIFICATE)) {
            certificate(
                    context, authorities.find(id).map(Authority::certificate).orElseThrow());
        } else if (file.endsWith(CRL)) {
            crl(context, revocations.crl(id).orElseThrow(PublicationDoor::notMadeYet));
        } else {
            throw notFound();
        }
    }

    private static void certificate(RoutingContext context, X509 certificate) {
        answer(
                context,
                HexFormat.of().formatHex(certificate.sha256(), 0, 8),
                86_400,
                "application/pkix-cert",
                Buffer.buffer(certificate.der()),
                certificate::pem);
    }

    /** A cache keeps it for less time than a revocation may take to be seen. */
    private static void crl(RoutingContext context, Crl crl) {
        answer(context, crl.issuerId() + "." + crl.number(), 30, "application/pkix-crl", crl.der(), crl::pem);
    }

    private static void answer(
            RoutingContext context, String version, int seconds, String type, Buffer der, Supplier<String> pem) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        boolean asPem = accept != null && accept.contains(PEM);
        String etag = "\"" + version + (asPem ? ".pem" : "") + "\"";
        context.response()
                .putHeader(HttpHeaders.VARY, "Accept")
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=" + seconds);
        if (Conditional.notModified(context, etag)) {
            return;
        }
        context.response().putHeader(HttpHeaders.ETAG, etag).putHeader(HttpHeaders.CONTENT_TYPE, asPem ? PEM : type);
        if (asPem) {
            // Megabytes of base64 are nothing for an event loop.
            Answer.when(
                    context,
                    context.vertx().executeBlocking(() -> Buffer.buffer(pem.get()), false),
                    text -> Answer.body(context.request(), text));
        } else {
            Answer.body(context.request(), der);
        }
    }

    private static ProblemException notFound() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such CA");
    }

    private static ProblemException notMadeYet() {
        return ProblemException.of(ProblemType.UNAVAILABLE, "the CA's first CRL is being made");
    }
}
