package dev.perennial.server.csr;

import dev.perennial.model.RevocationReason;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Issuance;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.ca.Signers;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Callers;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.identity.Scope;
import dev.perennial.server.oidc.Issuers;
import dev.perennial.server.pkix.KnownModuli;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Policy;
import dev.perennial.server.vault.MacKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The one hub of signing requests: every door and every clock enters here. Thread-safe. */
public final class SigningRequests {
    private final RequestStore requests;
    private final UpdateStore updates;
    private final RenewalStore renewalRows;
    private final Explaining explaining;
    private final PastStore past;
    private final Deciding deciding;
    private final Submitting submitting;
    private final Replacing replacing;
    private final Approving approving;
    private final Reissuing reissuing;
    private final Withdrawing withdrawing;
    private final Superseding superseding;
    private final Reading reading;
    private final Waiting waiting;
    private final Renewing renewing;
    private final Inventory inventory;
    private final NameIndexStore nameIndex;
    private final NameIndexing nameIndexing;
    private final Certificates certificates;
    private final RevocationActs revocationActs;
    private final ProvenRevocations provenRevocations;
    private final Enacting enacting;
    private final OutsideSigning outsideSigning;
    private final Snapshots snapshots;
    private final Annotating annotating;
    private final Numbers numbers;
    private final Organisations organisations;
    private final Signers signers;
    private final InstantSource clock;

    public SigningRequests(
            Vertx vertx,
            Database database,
            Events events,
            dev.perennial.server.audit.Refusals counted,
            Organisations organisations,
            Callers callers,
            Issuers issuers,
            Signers signers,
            Policy policy,
            Issuance issuance,
            KnownModuli moduli,
            IssuanceLimit limit,
            Duration approvalExpiry,
            Ids ids,
            InstantSource clock,
            MacKey nonceKey,
            SecureRandom random) {
        this.clock = clock;
        this.organisations = organisations;
        this.signers = signers;
        this.requests = new RequestStore(database);
        this.updates = new UpdateStore(database);
        this.renewalRows = new RenewalStore(database);
        Requesters requesters = new Requesters(callers, issuers);
        this.past = new PastStore(database);
        LimitStore limits = new LimitStore(database, limit);
        CertificateStore stored = new CertificateStore(database);
        GenerationStore generations = new GenerationStore();
        Changing changing = new Changing(database, requests, events, clock);
        this.deciding = new Deciding(vertx, database, events, counted, signers, policy, issuance, moduli);
        this.explaining = new Explaining(database, deciding, requests, generations, limits);
        Duplicates duplicates = new Duplicates(requests, stored);
        Issuing issuing = new Issuing(changing, deciding, requests, generations, stored, limits);
        Holding holding = new Holding(changing, requests, generations, issuing);
        this.reading = new Reading(requests, stored, updates, clock);
        this.submitting = new Submitting(
                deciding,
                duplicates,
                organisations,
                new SubmissionStore(database, limit),
                new HoldingStore(database),
                ids,
                clock);
        this.replacing = new Replacing(
                changing, deciding, issuing, holding, duplicates, requests, generations, stored, organisations);
        this.approving = new Approving(
                database,
                changing,
                deciding,
                issuing,
                requests,
                generations,
                organisations,
                requesters,
                approvalExpiry);
        this.reissuing = new Reissuing(changing, deciding, requests, stored, generations, limits, organisations, clock);
        this.waiting = new Waiting(vertx, requests);
        this.renewing = new Renewing(
                vertx,
                database,
                renewalRows,
                updates,
                requesters,
                organisations,
                signers,
                deciding,
                events,
                clock,
                random);
        this.inventory = new Inventory(new InventoryStore(database), clock);
        RevokingStore revokingRows = new RevokingStore();
        Revoking revoking = new Revoking(revokingRows, generations, events);
        RevocationActStore actRows = new RevocationActStore(database);
        this.enacting = new Enacting(database, actRows, revoking, inventory, events, ids, clock);
        this.superseding = new Superseding(changing, requests, stored, enacting, database, clock);
        this.withdrawing = new Withdrawing(changing, requests, generations, stored, revoking, enacting);
        this.nameIndex = new NameIndexStore(database);
        this.nameIndexing = new NameIndexing(vertx, database, nameIndex);
        this.certificates = new Certificates(
                vertx,
                database,
                changing,
                requests,
                generations,
                stored,
                revoking,
                enacting,
                new RevokingLater(database, changing, requests, stored, revokingRows),
                inventory,
                issuance,
                ids);
        this.outsideSigning = new OutsideSigning(changing, requests, generations, stored, issuance, ids);
        this.annotating = new Annotating(changing, requests);
        this.numbers = new Numbers(database);
        this.snapshots = new Snapshots(database, requests, stored, reading);
        this.provenRevocations = new ProvenRevocations(database, stored, enacting, nonceKey, random, clock);
        this.revocationActs = new RevocationActs(database, actRows, stored, inventory, enacting, events, ids, clock);
    }

    public OutsideSigning outsideSigning() {
        return outsideSigning;
    }

    public Snapshots snapshots() {
        return snapshots;
    }

    public Numbers numbers() {
        return numbers;
    }

    public Certificates certificates() {
        return certificates;
    }

    public RevocationActs revocationActs() {
        return revocationActs;
    }

    public ProvenRevocations provenRevocations() {
        return provenRevocations;
    }

    /** POST; fails with every refusal of RFC 8555's words and ours, and with duplicate for the same PKCS#10 again. */
    public Future<RequestView> submit(Submission submission) {
        return submitting.submit(submission, Companion.NONE);
    }

    /** The same of what a signer leaves to a person in any case, with what a room above keeps of it. */
    public Future<RequestView> submit(Submission submission, Companion companion) {
        return submitting.submit(submission, companion);
    }

    /** What policy would say to a POST and why, and nothing is stored. */
    public Future<Explanation> tryOut(Submission submission) {
        submission.caller().require(Permission.ASK, submission.orgId(), "to ask for a certificate");
        return explain(submission, null);
    }

    /** The same of a PUT to a request that the caller was shown; fails as {@link #replace} where it may not change it. */
    public Future<Explanation> tryOut(SigningRequest request, Submission wanted) {
        Changing.requireMayChange(wanted.caller(), request);
        Refusals.requireOrganisation(wanted.orgId(), request.orgId());
        return explain(wanted, request);
    }

    private Future<Explanation> explain(Submission submission, @Nullable SigningRequest request) {
        Signer signer = deciding.enabled(submission);
        Pkcs10 pkcs10 = deciding.read(submission.pem());
        return organisations
                .names(submission.orgId())
                .compose(organisation -> explaining.explain(submission, pkcs10, signer, organisation, request));
    }

    /** PUT; {@code seenPosition} is the position of the version that the caller has seen, null where it does not say. */
    public Future<RequestView> replace(String id, Submission wanted, @Nullable Long seenPosition, ViewOptions options) {
        return replacing.replace(id, wanted, seenPosition).compose(done -> get(wanted.caller(), id, options.ofAny()));
    }

    /**
     * A person's yes to what waits: it is issued then. Fails with conflict where nothing waits, or where it is not what the
     * word is about; with unauthorized where the caller may not decide, or four eyes are asked for.
     */
    public Future<RequestView> approve(
            Caller caller, Cause cause, String id, Word word, Alongside alongside, ViewOptions options) {
        return approving.approve(caller, cause, id, word, alongside).compose(done -> get(caller, id, options));
    }

    /**
     * A person signs with the CA of the word, whatever became of the request before: what waits is approved, what was
     * denied or has failed is signed after all, what has a certificate gets one more. Fails as {@link #approve}.
     */
    public Future<RequestView> sign(Caller caller, Cause cause, String id, Word word, ViewOptions options) {
        return approving.sign(caller, cause, id, word).compose(done -> get(caller, id, options));
    }

    /** A person's no; as {@link #approve}. */
    public Future<RequestView> deny(
            Caller caller, Cause cause, String id, Word word, Alongside alongside, ViewOptions options) {
        return approving.deny(caller, cause, id, word, alongside).compose(done -> get(caller, id, options));
    }

    /** @param orgId as the caller says it; fails with notFound where the request belongs to another */
    public Future<Certificate> reissue(Caller caller, Cause cause, String orgId, String id, Instant oldNotAfter) {
        return reissuing.reissue(caller, cause, orgId, id, oldNotAfter);
    }

    /** DELETE; {@code seenPosition} as for {@link #replace}. */
    public Future<Void> withdraw(
            Caller caller, Cause cause, String id, @Nullable RevocationReason revoke, @Nullable Long seenPosition) {
        return withdrawing.withdraw(caller, cause, id, revoke, seenPosition);
    }

    /** DELETE by the clock, of what a door has done with; fails with preconditionFailed where it has changed since. */
    public Future<Void> takeBack(String id, long seenPosition) {
        return withdrawing.takeBack(id, seenPosition);
    }

    /** Writes what a door alone keeps of a request; as {@link Annotating#annotate}. */
    public Future<Void> annotate(
            Caller caller,
            Cause cause,
            String id,
            @Nullable Long seenPosition,
            String reason,
            Predicate<SigningRequest> ended,
            Annotation annotation) {
        return annotating.annotate(caller, cause, id, seenPosition, reason, ended, annotation);
    }

    /** An agent's word that a certificate stands on disk, or is being served. */
    public Future<Void> reported(Caller caller, Cause cause, byte[] sha256, boolean installed, boolean served) {
        return superseding.reported(caller, cause, sha256, installed, served);
    }

    public Future<RequestView> get(Caller caller, String id, ViewOptions options) {
        return reading.request(caller, id, options).compose(request -> reading.view(request, options));
    }

    /** Which version {@link #get} would show, for a part of its price; fails as it does. Call it on an event loop. */
    public Future<RequestVersion> version(Caller caller, String id, ViewOptions options) {
        return reading.version(caller, id, options);
    }

    /** As {@link #get}, but while {@code waits} holds of what is seen, at most {@code seconds} long. */
    public Future<RequestView> getWhen(
            Caller caller, String id, ViewOptions options, Predicate<RequestView> waits, int seconds) {
        return getUntil(caller, id, options, waits, clock.instant().plusSeconds(seconds));
    }

    private Future<RequestView> getUntil(
            Caller caller, String id, ViewOptions options, Predicate<RequestView> waits, Instant end) {
        return get(caller, id, options).compose(view -> {
            Duration left = Duration.between(clock.instant(), end);
            if (left.toMillis() <= 0 || waiting.isOver() || !waits.test(view)) {
                return Future.succeededFuture(view);
            }
            return waiting.change(id, view.request().position(), left)
                    .compose(done -> getUntil(caller, id, options, waits, end));
        });
    }

    /** A page of those that the caller may see, oldest first where nothing else is asked for. */
    public Future<Page<RequestView>> list(
            Caller caller, InventoryFilter filter, Page.Wanted wanted, ViewOptions options) {
        return inventory
                .requests(Scope.of(caller).in(filter.orgId()), filter, wanted)
                .compose(page -> requests.findAll(page.items())
                        .map(found -> Page.inOrder(page.items(), found, SigningRequest::id))
                        .compose(found -> reading.views(found, options))
                        .map(views -> page.map(ids -> views)));
    }

    /** Something was committed somewhere: those who wait are looked after. */
    public void wake() {
        waiting.wake();
    }

    /** Answers those who wait with what there is: the server stops. */
    public void endWaits() {
        waiting.end();
    }

    /** The clock's work on renewals; returns how many were looked at, so that it goes on while there are more. */
    public Future<Integer> renewDue(int most) {
        return renewing.renewDue(most).map(Renewing.Tally::looked);
    }

    /** The clock's other work: deadlines of rotations, agents that came back, updates that are old. */
    public Future<Void> tidy() {
        Instant now = clock.instant();
        return superseding
                .revokeOverdue()
                .compose(done -> approving.lapse())
                .compose(done -> renewalRows.resume(RenewalAttempts.QUIET, now))
                .compose(done -> signers.reread())
                .compose(done -> renewalRows.resumeEnabled(now))
                .compose(done -> updates.drop(now.minus(Reading.UPDATES_LAST)))
                .mapEmpty();
    }

    /** The clock's work on acts of revocation that are under way. */
    public Future<Void> revokeDue() {
        return enacting.strike();
    }

    /** The clock's work on the inventory: what came since is written into the index of names. */
    public Future<Void> indexNames() {
        return nameIndexing.strike().compose(done -> nameIndex.dropGone());
    }

    /** Deletes certificates that ended before that moment, but the last one of each living request; looks at so many. */
    public Future<Swept> dropEnded(Instant before, int most) {
        return past.dropCertificates(before, most);
    }

    /** Deletes requests that were withdrawn before that moment and have no certificate left; looks at so many. */
    public Future<Swept> dropWithdrawn(Instant before, int most) {
        return past.dropRequests(before, most);
    }

    /** Deletes what the limiter remembers of long ago; looks at so much. */
    public Future<Swept> dropLimits(int most) {
        return past.dropLimits(most);
    }

    /** What waits for a signer that is disabled, for alarms. */
    public Future<HeldUp> heldUp() {
        return renewalRows.heldUp();
    }

    /** How many requests could not be renewed when it was time, for alarms. */
    public Future<Long> failingRenewals() {
        return renewalRows.failing();
    }
}
