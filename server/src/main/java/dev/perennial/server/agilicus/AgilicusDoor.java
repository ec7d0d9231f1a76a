package dev.perennial.server.agilicus;

import dev.perennial.server.audit.AuditLog;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.ca.CutShort;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.csr.IssuerChains;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.enrolment.EnrolmentTokens;
import dev.perennial.server.enrolment.Enrolments;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.http.BodyLimit;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.AccessTokens;
import dev.perennial.server.identity.Accounts;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.keys.ServerKeys;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;

/** The native API below {@code /v1}. */
public final class AgilicusDoor {
    private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);

    private final Credentials credentials;
    private final RootRoutes roots;
    private final AgentRoutes agents;
    private final EnrolmentTokenRoutes tokens;
    private final OrganisationRoutes organisations;
    private final AuthorityRoutes authorityRoutes;
    private final SignerRoutes signers;
    private final ServerKeyRoutes serverKeys;
    private final AccountRoutes accounts;
    private final AccessTokenRoutes accessTokens;
    private final CertificateRoutes certificates;
    private final RevocationRoutes revocations;
    private final RequestRoutes requests;
    private final AuditRoutes audit;

    public AgilicusDoor(
            Credentials credentials,
            Authorities authorities,
            IssuerChains chains,
            CertificateAuthorities certificateAuthorities,
            CutShort cutShort,
            Signers signers,
            SigningRequests requests,
            Enrolments enrolments,
            EnrolmentTokens tokens,
            Fleet fleet,
            Organisations organisations,
            Accounts accounts,
            AccessTokens accessTokens,
            ServerKeys serverKeys,
            AuditLog auditLog,
            InstantSource clock) {
        Wire wire = new Wire(chains);
        this.credentials = credentials;
        this.roots = new RootRoutes(authorities);
        this.authorityRoutes = new AuthorityRoutes(certificateAuthorities, cutShort);
        this.agents = new AgentRoutes(fleet, enrolments, requests);
        this.tokens = new EnrolmentTokenRoutes(tokens);
        this.organisations = new OrganisationRoutes(organisations);
        this.signers = new SignerRoutes(signers);
        this.accounts = new AccountRoutes(accounts);
        this.accessTokens = new AccessTokenRoutes(accessTokens);
        this.serverKeys = new ServerKeyRoutes(serverKeys);
        this.certificates = new CertificateRoutes(requests.certificates(), wire, clock);
        this.revocations = new RevocationRoutes(requests.revocationActs(), requests.provenRevocations(), wire, clock);
        this.requests = new RequestRoutes(requests, fleet, wire, clock);
        this.audit = new AuditRoutes(auditLog);
    }

    /**
     * What needs no caller first, then the handler that finds the caller, then everything else: what is called most comes
     * first, for the router tries one route after the other.
     */
    public void mount(Router router) {
        router.route("/v1/*").handler(BodyLimit.json(BodyLimit.NATIVE, BODY_DEADLINE));
        roots.mount(router);
        agents.mountEnrolment(router);
        revocations.mountProof(router);
        router.route("/v1/*").handler(credentials);
        requests.mount(router);
        agents.mount(router);
        tokens.mount(router);
        certificates.mount(router);
        revocations.mount(router);
        accessTokens.mount(router);
        accounts.mount(router);
        organisations.mount(router);
        authorityRoutes.mount(router);
        signers.mount(router);
        serverKeys.mount(router);
        audit.mount(router);
    }
}
