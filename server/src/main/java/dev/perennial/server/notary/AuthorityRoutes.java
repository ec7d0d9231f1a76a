package dev.perennial.server.notary;

import static dev.perennial.server.notary.RoleNumber.ADMIN;
import static dev.perennial.server.notary.RoleNumber.CERTIFICATE_MANAGER;
import static dev.perennial.server.notary.RoleNumber.READ_ONLY;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.ca.AuthorityEntry;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.pkix.X509;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificate authorities: made, certified, signed, enabled, disabled. */
final class AuthorityRoutes {
    static final String PATH = "/api/v1/certificate_authorities";
    static final String ONE = PATH + "/:" + PathNumber.AUTHORITY;

    private static final String MADE = "Certificate Authority created successfully";

    /** Of what is signed for another CA of ours; it ends with the one that signs it in any case. */
    private static final Duration LASTS = Duration.ofDays(10 * 365L);

    private final CertificateAuthorities authorities;
    private final AuthorityReading reading;
    private final AuthorityWire wire;
    private final InstantSource clock;

    AuthorityRoutes(
            CertificateAuthorities authorities, AuthorityReading reading, AuthorityWire wire, InstantSource clock) {
        this.authorities = authorities;
        this.reading = reading;
        this.wire = wire;
        this.clock = clock;
    }

    void mount(Router router) {
        router.get(PATH)
                .handler(RoleNumber.only(ADMIN, CERTIFICATE_MANAGER, READ_ONLY))
                .handler(this::list);
        router.post(PATH).handler(managers()).handler(this::make);
        router.get(ONE)
                .handler(RoleNumber.only(ADMIN, CERTIFICATE_MANAGER, READ_ONLY))
                .handler(this::get);
        router.put(ONE).handler(managers()).handler(this::enable);
        router.delete(ONE).handler(managers()).handler(this::delete);
        router.post(ONE + "/sign").handler(managers()).handler(this::sign);
        router.post(ONE + "/certificate").handler(managers()).handler(this::certify);
        router.post(ONE + "/revoke").handler(managers()).handler(this::revoke);
    }

    private static Handler<RoutingContext> managers() {
        return RoleNumber.only(ADMIN, CERTIFICATE_MANAGER);
    }

    private void list(RoutingContext context) {
        Answer.when(
                context,
                reading.list(
                        context.vertx(),
                        Credentials.callerOf(context),
                        PathNumber.after(context),
                        one -> wire.of(one.number(), one.entry())),
                found -> Envelope.list(context, PATH, found));
    }

    private void get(RoutingContext context) {
        long number = number(context);
        Answer.when(
                context,
                reading.get(Credentials.callerOf(context), number),
                found -> Envelope.onWorker(context, () -> wire.of(number, found)));
    }

    private void make(RoutingContext context) {
        AuthorityBody body = RequestBody.read(context, AuthorityBody.class);
        Caller caller = Credentials.callerOf(context);
        Answer.when(
                context,
                authorities
                        .make(caller, Credentials.causeOf(context), body.order(caller.homeOrgId(), clock.instant()))
                        .compose(
                                made -> authorities.numbers(List.of(made.id())).map(numbers -> numbers.get(made.id()))),
                number -> Envelope.created(context, MADE, number));
    }

    private record Enabling(@Nullable Boolean enabled) {}

    private void enable(RoutingContext context) {
        Boolean enabled = RequestBody.read(context, Enabling.class).enabled();
        if (enabled == null) {
            throw RequestBody.invalid("enabled is required");
        }
        change(
                context,
                200,
                (caller, cause, id) -> enabled
                        ? authorities.enable(caller, cause, id, seen -> {})
                        : authorities.disable(caller, cause, id, seen -> {}));
    }

    private void delete(RoutingContext context) {
        change(context, 200, authorities::delete);
    }

    private void sign(RoutingContext context) {
        long issuer = RequestBody.authority(
                RequestBody.read(context, CertificateRoutes.Signing.class).certificateAuthorityId());
        change(context, 202, (caller, cause, id) -> reading.active(caller, issuer)
                .compose(issuerId -> authorities.sign(caller, cause, id, issuerId, LASTS)));
    }

    private void revoke(RoutingContext context) {
        change(context, 202, authorities::revoke);
    }

    private record Chain(@Nullable String certificateChain) {}

    private void certify(RoutingContext context) {
        String pem = PemText.chain(RequestBody.read(context, Chain.class).certificateChain(), "certificate_chain");
        change(
                context,
                201,
                (caller, cause, id) -> authorities.certify(caller, cause, id, () -> chain(pem), seen -> {}));
    }

    /** A root may come followed by itself, as this door shows it. */
    private static List<X509> chain(String pem) {
        return X509.parseAll(pem, CertificateAuthorities.LONGEST_CHAIN + 1).stream()
                .distinct()
                .toList();
    }

    /** A change of one that the caller sees. */
    private interface Change {
        Future<?> by(Caller caller, Cause cause, String id);
    }

    private void change(RoutingContext context, int status, Change change) {
        Caller caller = Credentials.callerOf(context);
        Answer.when(
                context,
                reading.get(caller, number(context))
                        .map(AuthorityEntry::id)
                        .compose(id -> change.by(caller, Credentials.causeOf(context), id)),
                done -> Envelope.success(context, status));
    }

    private static long number(RoutingContext context) {
        return PathNumber.of(context, PathNumber.AUTHORITY);
    }
}
