package dev.perennial.server.notary;

import static dev.perennial.server.notary.RoleNumber.ADMIN;
import static dev.perennial.server.notary.RoleNumber.CERTIFICATE_MANAGER;

import dev.perennial.model.ProblemType;
import dev.perennial.model.RevocationReason;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.csr.Certificate;
import dev.perennial.server.csr.Certificates;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** The certificate of a request: signed here, made elsewhere, revoked, taken away. */
final class CertificateRoutes {
    static final String PATH = RequestRoutes.ONE + "/certificate";

    private static final Certificates.Revocation REVOCATION =
            new Certificates.Revocation(RevocationReason.UNSPECIFIED, false);

    private final SigningRequests requests;
    private final Certificates certificates;
    private final RequestReading reading;
    private final AuthorityReading authorities;
    private final Authorities ours;

    CertificateRoutes(
            SigningRequests requests, RequestReading reading, AuthorityReading authorities, Authorities ours) {
        this.requests = requests;
        this.certificates = requests.certificates();
        this.reading = reading;
        this.authorities = authorities;
        this.ours = ours;
    }

    void mount(Router router) {
        router.post(RequestRoutes.ONE + "/sign")
                .handler(RoleNumber.only(ADMIN, CERTIFICATE_MANAGER))
                .handler(this::sign);
        router.post(PATH).handler(RoleNumber.only(ADMIN)).handler(this::upload);
        router.delete(PATH).handler(RoleNumber.only(ADMIN)).handler(this::remove);
        router.post(PATH + "/revoke")
                .handler(RoleNumber.only(ADMIN, CERTIFICATE_MANAGER))
                .handler(this::revoke);
    }

    /** A string that holds a number: upstream takes no number here. */
    record Signing(@Nullable String certificateAuthorityId) {}

    private void sign(RoutingContext context) {
        long number = PathNumber.of(context, PathNumber.REQUEST);
        long authority =
                RequestBody.authority(RequestBody.read(context, Signing.class).certificateAuthorityId());
        Answer.when(
                context,
                reading.get(Credentials.callerOf(context), number).compose(found -> authorities
                        .active(Credentials.callerOf(context), authority)
                        .compose(id -> requests.sign(
                                Credentials.callerOf(context),
                                Credentials.causeOf(context),
                                found.id(),
                                found.word("signed", id),
                                RequestReading.NEWEST))),
                done -> Envelope.success(context, 202));
    }

    private record Upload(@Nullable String certificate) {}

    private void upload(RoutingContext context) {
        long number = PathNumber.of(context, PathNumber.REQUEST);
        String pem = PemText.chain(RequestBody.read(context, Upload.class).certificate(), "certificate");
        Answer.when(
                context,
                reading.get(Credentials.callerOf(context), number)
                        .compose(found -> certificates.uploadAnew(
                                Credentials.callerOf(context),
                                Credentials.causeOf(context),
                                found.view().request().orgId(),
                                found.id(),
                                pem))
                        .compose(stored -> requests.numbers().ofCertificate(stored.id())),
                stored -> Envelope.created(context, Envelope.SUCCESS, stored));
    }

    private void remove(RoutingContext context) {
        Answer.when(
                context,
                reading.get(Credentials.callerOf(context), PathNumber.of(context, PathNumber.REQUEST))
                        .compose(found -> certificates.removeAll(
                                Credentials.callerOf(context), Credentials.causeOf(context), found.id())),
                done -> Envelope.success(context, 200));
    }

    private void revoke(RoutingContext context) {
        Answer.when(
                context,
                reading.get(Credentials.callerOf(context), PathNumber.of(context, PathNumber.REQUEST))
                        .compose(found -> certificates.revoke(
                                Credentials.callerOf(context),
                                Credentials.causeOf(context),
                                revocable(found).id(),
                                REVOCATION)),
                done -> Envelope.success(context, 202));
    }

    /** Of what others have signed nobody would learn here. */
    private Certificate revocable(NumberedRequest found) {
        Certificate newest = StatusWord.newest(found.view());
        if (newest == null || !newest.isRevocable()) {
            throw cannotRevoke("the request has no certificate");
        }
        if (ours.find(newest.issuerId()).isEmpty()) {
            throw cannotRevoke("the certificate was not signed by a certificate authority of this server");
        }
        return newest;
    }

    private static ProblemException cannotRevoke(String why) {
        return ProblemException.of(ProblemType.CONFLICT, why);
    }
}
