package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.http.Answer;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.revocation.Crl;
import dev.perennial.server.revocation.Revocations;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** The CRL of a CA, for everybody: upstream's form, or the one of RFC 5280 for who asks for that. */
final class CrlRoutes {
    private static final String DER = "application/pkix-crl";

    private final CertificateAuthorities entries;
    private final Authorities authorities;
    private final Revocations revocations;

    CrlRoutes(CertificateAuthorities entries, Authorities authorities, Revocations revocations) {
        this.entries = entries;
        this.authorities = authorities;
        this.revocations = revocations;
    }

    void mount(Router router) {
        router.get(AuthorityRoutes.ONE + "/crl").handler(this::get);
    }

    private void get(RoutingContext context) {
        Answer.when(context, crl(PathNumber.of(context, PathNumber.AUTHORITY)), crl -> {
            String accept = context.request().getHeader(HttpHeaders.ACCEPT);
            context.response().putHeader(HttpHeaders.VARY, "Accept");
            if (accept != null && accept.contains(DER)) {
                context.response().putHeader(HttpHeaders.CONTENT_TYPE, DER);
                Answer.body(context.request(), crl.der());
            } else {
                Envelope.onWorker(context, () -> new AuthorityWire.ShownCrl(AuthorityWire.pem(crl)));
            }
        });
    }

    /** One that waits for its certificate has none. */
    private Future<Crl> crl(long number) {
        return entries.byNumber(number).map(id -> {
            if (authorities.find(id).isEmpty()) {
                throw ProblemException.of(ProblemType.NOT_FOUND, "the CA has no certificate");
            }
            return revocations
                    .crl(id)
                    .orElseThrow(
                            () -> ProblemException.of(ProblemType.UNAVAILABLE, "the CA's first CRL is being made"));
        });
    }
}
