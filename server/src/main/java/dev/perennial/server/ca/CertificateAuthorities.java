package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.ca.Authority.State;
import dev.perennial.server.ca.AuthorityMaking.Made;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Failures;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.identity.Workers;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.ImportedKey;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.SqlConnection;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The entry to CAs as people look after them: made, imported, certified elsewhere, enabled, disabled. An organisation's
 * are its own; those of the installation, which every organisation may use, are the bootstrap administrator's.
 */
public final class CertificateAuthorities {
    /** So many certificates lead from a CA's own to its root, both counted. */
    public static final int LONGEST_CHAIN = AuthorityChain.LONGEST;

    private static final int THREADS = 2;
    private static final int MOST_WAITING = 20;

    private final Vertx vertx;
    private final Database database;
    private final Authorities authorities;
    private final AuthorityStore store;
    private final AuthorityMaking making;
    private final AuthorityAdopting adopting;
    private final Organisations organisations;
    private final Events events;
    private final Workers workers;
    private final InstantSource clock;

    public CertificateAuthorities(
            Vertx vertx,
            Database database,
            Authorities authorities,
            Organisations organisations,
            Events events,
            SealKey sealKey,
            @Nullable URI publicUrl,
            SecureRandom random,
            Ids ids,
            InstantSource clock) {
        this.vertx = vertx;
        this.database = database;
        this.authorities = authorities;
        this.store = new AuthorityStore(sealKey);
        this.making = new AuthorityMaking(random, ids, publicUrl);
        this.adopting = new AuthorityAdopting(authorities, ids);
        this.organisations = organisations;
        this.events = events;
        this.workers = new Workers(vertx, "CA keys", THREADS, MOST_WAITING);
        this.clock = clock;
    }

    /** Makes a root, a CA below one of ours, or one whose certificate is then made elsewhere. */
    public Future<AuthorityEntry> make(Caller caller, Cause cause, AuthorityOrder order) {
        requireManager(caller, order.orgId());
        Authority above = order.issuerId() == null ? null : issuer(order.orgId(), order.issuerId());
        Instant now = clock.instant();
        return requireThere(order.orgId())
                .compose(there -> workers.run(() -> making.make(order, above, now)))
                .compose(made -> store(cause, made, "make-authority", above));
    }

    private Authority issuer(@Nullable String orgId, String issuerId) {
        Authority above = authorities
                .find(issuerId)
                .filter(found -> authorities.isPublished(found) && found.serves(orgId))
                .orElseThrow(() ->
                        ProblemException.of(ProblemType.NOT_FOUND, "spec.issuer_id: there is no such CA to sign with"));
        if (above.state() != State.ENABLED) {
            throw disabledIssuer();
        }
        return above;
    }

    /**
     * Takes a CA that was made elsewhere, key and all.
     *
     * @param read gives its key and chain; run on a worker, for a password takes a while
     */
    public Future<AuthorityEntry> take(Caller caller, Cause cause, @Nullable String orgId, Supplier<ImportedKey> read) {
        requireManager(caller, orgId);
        Instant now = clock.instant();
        return requireThere(orgId)
                .compose(there -> workers.run(() -> adopting.imported(orgId, read.get(), now)))
                .compose(made -> store(cause, made, "import-authority", null));
    }

    private Future<AuthorityEntry> store(Cause cause, Made made, String action, @Nullable Authority above) {
        AuthorityEntry entry = made.entry();
        byte[] sealed = store.sealed(entry.id(), made.key());
        return database.inTransaction(tx -> requireStillEnabled(tx, above)
                        .compose(done -> store.insert(tx, entry, sealed))
                        .compose(done -> tell(tx, cause, entry, action, entry.created())))
                .recover(CertificateAuthorities::nameIsTaken)
                .compose(done -> authorities.refresh())
                .map(entry);
    }

    private Future<Void> requireStillEnabled(SqlConnection tx, @Nullable Authority above) {
        return above == null
                ? Future.succeededFuture()
                : store.isEnabled(tx, above.id())
                        .compose(enabled -> enabled ? Future.succeededFuture() : Future.failedFuture(disabledIssuer()));
    }

    private Future<Void> tell(SqlConnection tx, Cause cause, AuthorityEntry entry, String action, Instant now) {
        return events.done(tx, now, entry.orgId(), cause, action, entry.id(), told(entry))
                .compose(done -> events.authoritiesChanged(tx));
    }

    private static String told(AuthorityEntry entry) {
        X509 certificate = entry.certificate();
        String which = certificate == null
                ? ", key sha256 " + HexFormat.of().formatHex(entry.key().sha256())
                : ", serial " + certificate.serial().hex() + ", sha256 "
                        + HexFormat.of().formatHex(certificate.sha256());
        return entry.name() + ", " + entry.key().kind().word() + ", "
                + entry.state().word() + which;
    }

    /**
     * Takes the certificate that was made elsewhere for a PKCS#10 of ours: the first, or another one for the same key and
     * name. One that was revoked takes none: it needs another key.
     *
     * @param read gives the CA's certificate and all that leads to its root; run on a worker
     */
    public Future<AuthorityEntry> certify(
            Caller caller, Cause cause, String id, Supplier<List<X509>> read, Consumer<AuthorityEntry> seen) {
        Instant now = clock.instant();
        return managed(caller, id)
                .compose(found -> workers.run(() -> AuthorityChain.verified("spec.certificate", read.get(), now)))
                .compose(verified -> database.inTransaction(tx -> store.lock(tx, id)
                                .compose(locked -> {
                                    AuthorityEntry entry = locked.orElseThrow(CertificateAuthorities::noSuchAuthority);
                                    seen.accept(entry);
                                    return requireNotRevoked(tx, id)
                                            .map(done -> adopting.certified(entry, verified, now));
                                })
                                .compose(entry -> store.certify(tx, entry)
                                        .compose(done -> tell(tx, cause, entry, "certify-authority", now))
                                        .map(entry)))
                        .recover(CertificateAuthorities::nameIsTaken))
                .compose(entry -> authorities.refresh().map(entry));
    }

    /**
     * Has the certificate of one that waits for it made by another CA of ours. Only the first: what has signed something
     * itself might come to stand below what it has signed.
     *
     * @param lasts at most so long
     */
    public Future<AuthorityEntry> sign(Caller caller, Cause cause, String id, String issuerId, Duration lasts) {
        Instant now = clock.instant();
        return managed(caller, id).compose(found -> {
            Authority above = issuer(found.orgId(), issuerId);
            return workers.run(() -> making.certificateOf(found, above, lasts, now))
                    .compose(certificate -> database.inTransaction(tx -> requireStillEnabled(tx, above)
                            .compose(done -> store.lock(tx, id))
                            .map(locked -> locked.filter(entry -> entry.state() == State.PENDING)
                                    .orElseThrow(CertificateAuthorities::waitsForNone)
                                    .certified(certificate, issuerId, List.of(), now))
                            .compose(entry -> store.certify(tx, entry)
                                    .compose(done -> tell(tx, cause, entry, "certify-authority", now))
                                    .map(entry))))
                    .recover(CertificateAuthorities::nameIsTaken)
                    .compose(entry -> authorities.refresh().map(entry));
        });
    }

    /**
     * Takes back the certificate of one that another of ours has signed: it is on that one's CRL from then on, and the CA is
     * disabled for good. What it has signed itself is revoked by nobody, but is not believed any more. Again, it changes
     * nothing.
     */
    public Future<AuthorityEntry> revoke(Caller caller, Cause cause, String id) {
        Instant now = clock.instant();
        return managed(caller, id)
                .compose(
                        found -> database.inTransaction(tx -> store.lock(tx, id).compose(locked -> {
                            AuthorityEntry entry = locked.orElseThrow(CertificateAuthorities::noSuchAuthority);
                            requireSignedByAnother(entry);
                            return store.revoke(tx, entry, now)
                                    .compose(first ->
                                            first ? revoked(tx, cause, entry, now) : Future.<Void>succeededFuture());
                        })))
                .compose(done -> authorities.refresh())
                .compose(done -> get(caller, id));
    }

    private Future<Void> revoked(SqlConnection tx, Cause cause, AuthorityEntry entry, Instant now) {
        return store.setState(tx, entry.id(), State.ENABLED, State.DISABLED, now)
                .compose(done -> store.outdateList(tx, entry.issuerId()))
                .compose(done -> tell(tx, cause, entry, "revoke-authority", now));
    }

    private static void requireSignedByAnother(AuthorityEntry entry) {
        if (entry.certificate() == null
                || entry.issuerId() == null
                || entry.id().equals(entry.issuerId())) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "no other CA of ours has signed this one: where it was signed elsewhere it is revoked there; disable it");
        }
    }

    public Future<AuthorityEntry> enable(Caller caller, Cause cause, String id, Consumer<AuthorityEntry> seen) {
        return change(caller, cause, id, State.DISABLED, State.ENABLED, "enable-authority", seen);
    }

    /** It signs no certificates from now on; CRLs and answers about those it has signed go on. */
    public Future<AuthorityEntry> disable(Caller caller, Cause cause, String id, Consumer<AuthorityEntry> seen) {
        return change(caller, cause, id, State.ENABLED, State.DISABLED, "disable-authority", seen);
    }

    private Future<AuthorityEntry> change(
            Caller caller, Cause cause, String id, State from, State to, String action, Consumer<AuthorityEntry> seen) {
        Instant now = clock.instant();
        return managed(caller, id)
                .compose(
                        found -> database.inTransaction(tx -> store.lock(tx, id).compose(locked -> {
                            AuthorityEntry entry = locked.orElseThrow(CertificateAuthorities::noSuchAuthority);
                            seen.accept(entry);
                            if (entry.state() == State.PENDING) {
                                throw ProblemException.of(
                                        ProblemType.CONFLICT,
                                        "the CA is pending: it is enabled when its certificate is sent to .../certificate");
                            }
                            return (to == State.ENABLED ? requireNotRevoked(tx, id) : Future.<Void>succeededFuture())
                                    .compose(done -> store.setState(tx, id, from, to, now))
                                    .compose(changed -> changed
                                            ? store.lock(tx, id)
                                                    .map(Objects::requireNonNull)
                                                    .compose(after -> tell(tx, cause, after.orElseThrow(), action, now))
                                            : Future.succeededFuture());
                        })))
                .compose(done -> authorities.refresh())
                .compose(done -> get(caller, id));
    }

    private Future<Void> requireNotRevoked(SqlConnection tx, String id) {
        return store.isRevoked(tx, id).map(revoked -> {
            if (revoked) {
                throw ProblemException.of(
                        ProblemType.CONFLICT, "the certificate of the CA is revoked: make another CA");
            }
            return null;
        });
    }

    /** Drops one whose certificate never came, with its key. */
    public Future<Void> delete(Caller caller, Cause cause, String id) {
        Instant now = clock.instant();
        return managed(caller, id)
                .compose(entry -> database.inTransaction(tx -> store.deletePending(tx, id)
                        .compose(deleted -> deleted
                                ? events.done(tx, now, entry.orgId(), cause, "delete-authority", id, told(entry))
                                : Future.failedFuture(ProblemException.of(
                                        ProblemType.CONFLICT,
                                        "a CA that has its certificate is not deleted: what it signed has to be answered for;"
                                                + " disable it")))));
    }

    /** One of those that the caller sees. */
    public Future<AuthorityEntry> get(Caller caller, String id) {
        caller.require(Permission.READ, "to see certificate authorities");
        return store.find(database, id).map(found -> found.filter(entry -> isSeenBy(caller, entry))
                .orElseThrow(CertificateAuthorities::noSuchAuthority));
    }

    /** The id of the CA of that number, which doors go by whose clients know nothing but whole numbers. */
    public Future<String> byNumber(long number) {
        return store.byNumber(database, number)
                .map(found -> found.orElseThrow(CertificateAuthorities::noSuchAuthority));
    }

    /** The numbers of those of them that there are, by id. */
    public Future<Map<String, Long>> numbers(Collection<String> ids) {
        return store.numbers(database, ids);
    }

    /**
     * The first so many that the caller sees.
     *
     * @param orgId only that organisation's; null: any
     */
    public Future<List<AuthorityEntry>> list(Caller caller, @Nullable String orgId, int limit) {
        caller.require(Permission.READ, "to see certificate authorities");
        if (orgId != null) {
            caller.requireOrganisation(orgId);
        }
        return list(caller, orgId, 0, limit)
                .map(found -> found.stream().map(NumberedAuthority::entry).toList());
    }

    /** The next so many that the caller sees, in the order of their numbers. */
    public Future<List<NumberedAuthority>> after(Caller caller, long number, int limit) {
        return list(caller, null, number, limit);
    }

    /** Thousands of chains are parsed: not on an event loop, nor behind the making of keys. */
    private Future<List<NumberedAuthority>> list(Caller caller, @Nullable String orgId, long after, int limit) {
        caller.require(Permission.READ, "to see certificate authorities");
        return store.list(database, caller.isBootstrap(), caller.orgId(), orgId, after, limit)
                .compose(found -> vertx.executeBlocking(found::get, false));
    }

    private static boolean isSeenBy(Caller caller, AuthorityEntry entry) {
        return caller.isBootstrap() || entry.orgId() == null || entry.orgId().equals(caller.orgId());
    }

    private Future<AuthorityEntry> managed(Caller caller, String id) {
        caller.require(Permission.MANAGE_AUTHORITIES, "to change certificate authorities");
        return store.find(database, id).map(found -> {
            AuthorityEntry entry =
                    found.filter(one -> isSeenBy(caller, one)).orElseThrow(CertificateAuthorities::noSuchAuthority);
            requireManager(caller, entry.orgId());
            return entry;
        });
    }

    private static void requireManager(Caller caller, @Nullable String orgId) {
        if (orgId != null) {
            caller.require(Permission.MANAGE_AUTHORITIES, orgId, "to make and change certificate authorities");
        } else if (!caller.isBootstrap()) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED,
                    "the CAs of the installation are made and changed by the bootstrap administrator only; name your"
                            + " organisation in spec.org_id");
        }
    }

    private Future<?> requireThere(@Nullable String orgId) {
        return orgId == null ? Future.succeededFuture() : organisations.names(orgId);
    }

    private static <T> Future<T> nameIsTaken(Throwable failure) {
        return Future.failedFuture(
                Failures.isUniqueViolation(failure)
                        ? ProblemException.of(
                                ProblemType.CONFLICT,
                                "there is a CA with that subject already: give this one another name, or tell the two"
                                        + " apart by an organisation (O) in the subject")
                        : failure);
    }

    private static ProblemException waitsForNone() {
        return ProblemException.of(ProblemType.CONFLICT, "the CA has its certificate, or is gone");
    }

    private static ProblemException disabledIssuer() {
        return ProblemException.of(ProblemType.CONFLICT, "spec.issuer_id: that CA is disabled; enable it first");
    }

    private static ProblemException noSuchAuthority() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such certificate authority");
    }
}
