package dev.perennial.server;

import dev.perennial.server.agilicus.AgilicusDoor;
import dev.perennial.server.audit.AuditLog;
import dev.perennial.server.audit.ChainKey;
import dev.perennial.server.audit.Events;
import dev.perennial.server.audit.HeadKeeper;
import dev.perennial.server.audit.Refusals;
import dev.perennial.server.audit.Seals;
import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.ca.CutShort;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.csr.IssuerChains;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.db.Notifications;
import dev.perennial.server.egress.Egress;
import dev.perennial.server.enrolment.EnrolmentTokens;
import dev.perennial.server.enrolment.Enrolments;
import dev.perennial.server.enrolment.Recoveries;
import dev.perennial.server.fastly.FastlyDoor;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.DateHeader;
import dev.perennial.server.http.Guard;
import dev.perennial.server.http.Health;
import dev.perennial.server.http.OpenApi;
import dev.perennial.server.http.Problems;
import dev.perennial.server.http.RequestLog;
import dev.perennial.server.identity.AccessTokens;
import dev.perennial.server.identity.Accounts;
import dev.perennial.server.identity.Callers;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Passwords;
import dev.perennial.server.keys.ServerKeys;
import dev.perennial.server.kubernetes.KubernetesDoor;
import dev.perennial.server.notary.NotaryDoor;
import dev.perennial.server.oidc.Issuers;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KnownModuli;
import dev.perennial.server.policy.Policy;
import dev.perennial.server.publication.PublicationDoor;
import dev.perennial.server.qradar.QradarDoor;
import dev.perennial.server.renewal.RenewalClock;
import dev.perennial.server.renewal.Upkeep;
import dev.perennial.server.revocation.Revocations;
import dev.perennial.server.vault.SealKey;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place where the rooms are put together, by plain constructors. A new door is one line here. */
final class Wiring {
    private static final Logger log = LoggerFactory.getLogger(Wiring.class);

    private final Ids ids;
    private final Database database;
    private final Presence presence;
    private final Authorities authorities;
    private final CutShort cutShort;
    private final Signers signers;
    private final InstantSource clock;
    private final PublicationDoor publication;
    private final AgilicusDoor agilicus;
    private final KubernetesDoor kubernetes;
    private final FastlyDoor fastly;
    private final ServerKeys keys;
    private final NotaryDoor notary;
    private final QradarDoor qradar;
    private final OwnCertificate ownCertificate;
    private final RenewalClock renewalClock;
    private final SigningRequests requests;
    private final Recoveries recoveries;
    private final Issuers issuers;
    private final Refusals refusals;
    private final Seals seals;
    private final Revocations revocations;

    Wiring(
            Vertx vertx,
            Database database,
            Notifications notifications,
            SealKey sealKey,
            ChainKey chainKey,
            Authorities authorities,
            Signers signers,
            HeadKeeper heads,
            Settings settings,
            List<Identifier> ownNames,
            Presence presence,
            Ids ids,
            SecureRandom random,
            InstantSource clock) {
        this.ids = ids;
        this.database = database;
        this.presence = presence;
        this.authorities = authorities;
        this.signers = signers;
        this.clock = clock;
        Events events = new Events(database);
        this.refusals = new Refusals(database, events, clock);
        Organisations organisations =
                new Organisations(database, events, ids, clock, presence::ownNames, notifications::isListening);
        Passwords passwords = new Passwords(vertx, database, random, clock, notifications::isListening);
        Callers callers = new Callers(database, events, passwords, clock, notifications::isListening);
        Accounts accounts = new Accounts(database, organisations, passwords, events, ids, clock, callers::forget);
        AccessTokens accessTokens =
                new AccessTokens(database, accounts, organisations, events, ids, clock, callers::forget);
        this.issuers = new Issuers(
                vertx,
                database,
                organisations,
                new Egress(vertx, settings.reachable()),
                settings.issuers(),
                clock,
                notifications::isListening);
        Fleet fleet = new Fleet(database, organisations, events, clock, callers::forget);
        Issuance issuance = new Issuance(authorities, random, ids, settings.publicUrl());
        KnownModuli moduli = new KnownModuli((refused, known) ->
                log.warn("The RSA key {} was refused: it shares a prime with {}, which is as weak", refused, known));
        this.requests = new SigningRequests(
                vertx,
                database,
                events,
                refusals,
                organisations,
                callers,
                issuers,
                signers,
                new Policy(presence::ownNames),
                issuance,
                moduli,
                settings.issuances(),
                settings.approvalExpiry(),
                ids,
                clock,
                sealKey.macKey("revocation nonces"),
                random);
        Enrolments enrolments = new Enrolments(
                database,
                fleet,
                authorities,
                issuance,
                moduli,
                events,
                ids,
                clock,
                settings.identityValidity(),
                sealKey.macKey("recovery nonces"),
                random);
        this.recoveries = enrolments.recoveries();
        EnrolmentTokens tokens = new EnrolmentTokens(database, organisations, events, ids, clock);
        this.revocations =
                new Revocations(vertx, database, authorities, issuance, requests.certificates(), events, random, clock);
        this.publication = new PublicationDoor(authorities, revocations, clock);
        CertificateAuthorities certificateAuthorities = new CertificateAuthorities(
                vertx, database, authorities, organisations, events, sealKey, settings.publicUrl(), random, ids, clock);
        this.cutShort = new CutShort(authorities, signers, settings.identityValidity(), clock);
        Credentials credentials = new Credentials(callers, issuers, fleet);
        IssuerChains chains = new IssuerChains(authorities);
        this.kubernetes = new KubernetesDoor(vertx, database, credentials, requests, chains, ids, clock);
        this.keys = new ServerKeys(vertx, database, requests, organisations, events, sealKey, random, ids, clock);
        this.fastly = new FastlyDoor(credentials, keys);
        this.notary = new NotaryDoor(
                credentials,
                callers,
                accessTokens,
                accounts,
                requests,
                authorities,
                certificateAuthorities,
                revocations,
                clock);
        this.qradar = new QradarDoor(credentials, keys);
        this.agilicus = new AgilicusDoor(
                credentials,
                authorities,
                chains,
                certificateAuthorities,
                cutShort,
                signers,
                requests,
                enrolments,
                tokens,
                fleet,
                organisations,
                accounts,
                accessTokens,
                keys,
                new AuditLog(database, clock),
                clock);
        this.ownCertificate = new OwnCertificate(
                vertx, authorities, signers, issuance, requests.certificates(), ownNames, random, clock);
        this.seals = new Seals(database, chainKey, heads, clock);
        this.renewalClock = new RenewalClock(
                vertx,
                requests,
                fleet,
                recoveries,
                revocations,
                new Upkeep(
                        refusals,
                        seals,
                        events,
                        requests,
                        enrolments,
                        issuers,
                        kubernetes::clean,
                        presence::agreedNow,
                        settings.retention(),
                        clock));
        notifications.onWake(payload -> {
            if (payload.isEmpty() || payload.equals(Events.AUTHORITIES)) {
                authorities.refresh();
            }
            if (!payload.isEmpty()) {
                callers.forget();
                organisations.forget();
                issuers.forget();
                rereadSigners(signers);
            }
            requests.wake();
            kubernetes.wake();
        });
        notifications.onGap(() -> {
            callers.forget();
            organisations.forget();
            issuers.forget();
            rereadSigners(signers);
        });
    }

    /** A reading that fails is made good by the clock's. */
    private static void rereadSigners(Signers signers) {
        signers.reread().onFailure(failure -> log.debug("The signers are not read anew", failure));
    }

    OwnCertificate ownCertificate() {
        return ownCertificate;
    }

    /** Lets calls end that would wait for longer than a stop may take. */
    void endWaits() {
        requests.endWaits();
        kubernetes.endWatches();
    }

    RenewalClock renewalClock() {
        return renewalClock;
    }

    CutShort cutShort() {
        return cutShort;
    }

    Authorities authorities() {
        return authorities;
    }

    ServerKeys serverKeys() {
        return keys;
    }

    Seals seals() {
        return seals;
    }

    Revocations revocations() {
        return revocations;
    }

    Recoveries recoveries() {
        return recoveries;
    }

    Issuers issuers() {
        return issuers;
    }

    /** Every door; one router an event loop. */
    Router doors(Vertx vertx) {
        Router router = router(vertx);
        new Health(
                        checks(),
                        Map.of(
                                "authorities",
                                cutShort::warning,
                                "audit",
                                seals::warning,
                                "crl",
                                revocations::warning,
                                "renewals",
                                renewalClock::warning,
                                "signers",
                                renewalClock::signersWarning,
                                "recoveries",
                                recoveries::warning,
                                "oidc",
                                issuers::warning))
                .mount(router);
        router.get("/openapi.yaml").handler(new OpenApi());
        publication.mount(router);
        agilicus.mount(router);
        // Their paths are below /api, and for what is unknown there Kubernetes' door answers.
        notary.mount(router);
        qradar.mount(router);
        kubernetes.mount(router);
        fastly.mount(router);
        Answer.headWithGet(router);
        return router;
    }

    /** What plain HTTP serves. */
    Router publication(Vertx vertx) {
        Router router = router(vertx);
        publication.mount(router);
        Answer.headWithGet(router);
        return router;
    }

    /** What only this machine is served. */
    Router management(Vertx vertx, PrometheusMeterRegistry metrics) {
        Router router = router(vertx);
        Health.mountMetrics(router, metrics);
        return router;
    }

    private Router router(Vertx vertx) {
        Router router = Router.router(vertx);
        router.route()
                .handler(new RequestLog(ids))
                .handler(new DateHeader(clock))
                .handler(new Guard());
        Problems.install(router, refusals);
        return router;
    }

    private Map<String, Supplier<Future<@Nullable String>>> checks() {
        return Map.of(
                "database",
                () -> database.isReady()
                        .<@Nullable String>map(done -> null)
                        .otherwise("the database does not take writes now"),
                "clock",
                presence::clockProblem,
                "crl",
                () -> Future.succeededFuture(revocations.problem()),
                "signer",
                () -> Future.succeededFuture(authorities.problem(needed(), clock.instant())));
    }

    /** The CA without which this server has no certificate of its own. */
    private Set<String> needed() {
        Signer own = signers.find(Signers.SERVER);
        String authorityId = own == null ? null : own.authorityId();
        return authorityId == null ? Set.of() : Set.of(authorityId);
    }
}
