package dev.perennial.server.notary;

import static dev.perennial.server.notary.RoleNumber.ADMIN;
import static dev.perennial.server.notary.RoleNumber.CERTIFICATE_MANAGER;
import static dev.perennial.server.notary.RoleNumber.CERTIFICATE_REQUESTOR;

import dev.perennial.server.csr.Alongside;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Submission;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.policy.Usages;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificate requests: made, seen, rejected, deleted. */
final class RequestRoutes {
    static final String PATH = "/api/v1/certificate_requests";
    static final String ONE = PATH + "/:" + PathNumber.REQUEST;

    /** Nothing is signed until a person acts: upstream has no other way. */
    private static final String SIGNER = "perennial.dev/manual";

    /** What upstream certifies, whatever was asked for. */
    private static final Usages USAGES =
            Usages.parse("usages", List.of("digital signature", "key encipherment", "server auth", "client auth"));

    private final SigningRequests requests;
    private final RequestReading reading;
    private final RequestWire wire;

    RequestRoutes(SigningRequests requests, RequestReading reading, RequestWire wire) {
        this.requests = requests;
        this.reading = reading;
        this.wire = wire;
    }

    void mount(Router router) {
        router.get(PATH).handler(RoleNumber.any()).handler(this::list);
        router.post(PATH)
                .handler(RoleNumber.only(ADMIN, CERTIFICATE_MANAGER, CERTIFICATE_REQUESTOR))
                .handler(this::create);
        router.get(ONE).handler(RoleNumber.any()).handler(this::get);
        router.delete(ONE).handler(RoleNumber.only(ADMIN)).handler(this::delete);
        router.post(ONE + "/reject")
                .handler(RoleNumber.only(ADMIN, CERTIFICATE_MANAGER))
                .handler(this::reject);
    }

    private void list(RoutingContext context) {
        Answer.when(
                context,
                reading.list(context.vertx(), Credentials.callerOf(context), PathNumber.after(context), wire::of),
                listed -> Envelope.list(context, PATH, listed));
    }

    private record NewRequest(@Nullable String csr) {}

    private void create(RoutingContext context) {
        String pem = PemText.request(RequestBody.read(context, NewRequest.class).csr());
        Answer.when(
                context,
                Future.succeededFuture(submission(context, pem))
                        .compose(requests::submit)
                        .recover(failure -> Future.failedFuture(PemText.ofRequest(failure, pem)))
                        .compose(view ->
                                requests.numbers().ofRequest(view.request().id())),
                number -> Envelope.created(context, Envelope.SUCCESS, number));
    }

    private static Submission submission(RoutingContext context, String pem) {
        Caller caller = Credentials.callerOf(context);
        return new Submission(
                caller,
                Credentials.causeOf(context),
                caller.homeOrgId(),
                caller.kind() == Caller.Kind.AGENT ? caller.id() : null,
                pem,
                SIGNER,
                USAGES,
                false,
                null,
                null,
                null,
                null,
                false,
                null);
    }

    private void get(RoutingContext context) {
        Answer.when(context, seen(context), found -> Envelope.of(context, wire.of(found)));
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                seen(context)
                        .compose(found -> requests.withdraw(
                                Credentials.callerOf(context), Credentials.causeOf(context), found.id(), null, null)),
                done -> Envelope.success(context, 202));
    }

    private void reject(RoutingContext context) {
        Answer.when(
                context,
                seen(context).compose(found -> reject(context, found)),
                done -> Envelope.success(context, 202));
    }

    /** What was rejected stays so; what has a certificate is revoked instead, as upstream's page says. */
    private Future<Void> reject(RoutingContext context, NumberedRequest found) {
        return switch (StatusWord.of(found.view())) {
            case ACTIVE, REVOKED ->
                throw RequestBody.invalid("the request has, or had, a certificate: POST " + PATH + "/" + found.number()
                        + "/certificate/revoke revokes it");
            case REJECTED -> Future.succeededFuture();
            case OUTSTANDING ->
                requests.deny(
                                Credentials.callerOf(context),
                                Credentials.causeOf(context),
                                found.id(),
                                found.word("rejected", null),
                                Alongside.NOTHING,
                                RequestReading.NEWEST)
                        .mapEmpty();
        };
    }

    private Future<NumberedRequest> seen(RoutingContext context) {
        return reading.get(Credentials.callerOf(context), PathNumber.of(context, PathNumber.REQUEST));
    }
}
