package dev.perennial.server.notary;

import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.http.BodyLimit;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Unserved;
import dev.perennial.server.identity.AccessTokens;
import dev.perennial.server.identity.Accounts;
import dev.perennial.server.identity.Callers;
import dev.perennial.server.revocation.Revocations;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** {@code /api/v1/certificate_requests} and what goes with it, {@code /login} and {@code /status}. */
public final class NotaryDoor {
    private static final int LARGEST_BODY = 100 * 1024;
    private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);

    /** Who calls is asked below these; other paths below {@code /api} are another door's. */
    private static final List<String> GUARDED = List.of(
            "/api/v1/certificate_requests*", AuthorityRoutes.PATH + "*", "/api/v1/accounts*", ConfigRoutes.PATH);

    private static final List<String> OPEN = List.of(LoginRoutes.LOGIN, LoginRoutes.STATUS);

    private final Credentials credentials;
    private final LoginRoutes login;
    private final CrlRoutes crls;
    private final RequestRoutes requests;
    private final CertificateRoutes certificates;
    private final AuthorityRoutes authorities;
    private final AccountRoutes accounts;
    private final ConfigRoutes config = new ConfigRoutes();

    public NotaryDoor(
            Credentials credentials,
            Callers callers,
            AccessTokens tokens,
            Accounts accounts,
            SigningRequests requests,
            Authorities ours,
            CertificateAuthorities authorities,
            Revocations revocations,
            InstantSource clock) {
        RequestReading reading = new RequestReading(requests);
        AuthorityReading authorityReading = new AuthorityReading(authorities, clock);
        this.credentials = credentials;
        this.login = new LoginRoutes(callers, tokens);
        this.crls = new CrlRoutes(ours, revocations);
        this.requests = new RequestRoutes(requests, reading, new RequestWire(ours));
        this.certificates = new CertificateRoutes(requests, reading, authorityReading, ours);
        this.authorities =
                new AuthorityRoutes(authorities, authorityReading, new AuthorityWire(ours, revocations), clock);
        this.accounts = new AccountRoutes(accounts);
    }

    /** Before a door that answers for all of {@code /api}; what needs no caller comes first. */
    public void mount(Router router) {
        router.route(CertificateRoutes.PATH).failureHandler(FailureText.ofCertificate());
        router.route(LoginRoutes.LOGIN).failureHandler(FailureText.ofLogin());
        all().forEach(path -> router.route(path).failureHandler(FailureText.standard()));
        all().forEach(path -> router.route(path).handler(BodyLimit.json(LARGEST_BODY, BODY_DEADLINE)));
        login.mount(router);
        crls.mount(router);
        GUARDED.forEach(path -> router.route(path).handler(credentials));
        requests.mount(router);
        certificates.mount(router);
        accounts.mount(router);
        authorities.mount(router);
        config.mount(router);
        all().forEach(path -> Unserved.below(router, path));
    }

    private static Stream<String> all() {
        return Stream.concat(OPEN.stream(), GUARDED.stream());
    }
}
