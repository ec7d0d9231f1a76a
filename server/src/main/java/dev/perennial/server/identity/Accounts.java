package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.model.Role;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Failures;
import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entry to accounts. Administrators of their organisation make and change them; an account looks after its own
 * password and client certificates, with its password and not with a token that might be stolen.
 */
public final class Accounts {
    private static final int MOST_CERTIFICATES = 100;

    private final Database database;
    private final AccountStore store;
    private final Organisations organisations;
    private final Passwords passwords;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;
    private final Runnable accessChanged;

    /** @param accessChanged told at once when who may come in has changed here; other servers are notified */
    public Accounts(
            Database database,
            Organisations organisations,
            Passwords passwords,
            Events events,
            Ids ids,
            InstantSource clock,
            Runnable accessChanged) {
        this.database = database;
        this.store = new AccountStore(database);
        this.organisations = organisations;
        this.passwords = passwords;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
        this.accessChanged = accessChanged;
    }

    /**
     * What an administrator says of an account.
     *
     * @param enabled null where nothing is said: a new one is, and one that is there stays as it is
     */
    public record Wanted(
            String name,
            List<String> roles,
            List<String> names,
            List<String> signers,
            @Nullable Boolean enabled) {
        private boolean isEnabled(boolean unlessSaid) {
            return enabled == null ? unlessSaid : enabled;
        }
    }

    /** Makes one; conflict where the organisation has that name already, however it is spelled. */
    public Future<Account> make(Caller caller, Cause cause, String orgId, Wanted wanted, @Nullable String password) {
        caller.require(Permission.MANAGE_CALLERS, orgId, "to make an account");
        Instant now = clock.instant();
        Account account = account(ids.next(), orgId, wanted, wanted.isEnabled(true), password != null, now, now);
        return hash(password)
                .compose(hash -> database.inTransaction(tx -> organisations
                        .requireGivable(tx, caller, orgId, Grants.parse(account.names()))
                        .compose(givable -> store.insert(tx, account, hash))
                        .compose(done -> done(tx, cause, "make-account", account, told(account)))))
                .recover(Accounts::nameIsTaken)
                .map(account);
    }

    /**
     * Changes all that an administrator says of it; what it holds is judged by that from then on.
     *
     * @param seen throws where the account is not any more what the caller saw; nobody changes it meanwhile
     */
    public Future<Account> change(Caller caller, Cause cause, String id, Wanted wanted, Consumer<Account> seen) {
        return inIt(caller, id, (tx, account) -> {
            caller.require(Permission.MANAGE_CALLERS, account.orgId(), "to change an account");
            seen.accept(account);
            Account changed = account(
                    id,
                    account.orgId(),
                    wanted,
                    wanted.isEnabled(account.enabled()),
                    account.hasPassword(),
                    account.created(),
                    clock.instant());
            Grants added = Grants.parse(changed.names()).without(Grants.parse(account.names()));
            return organisations
                    .requireGivable(tx, caller, account.orgId(), added)
                    .compose(givable -> store.update(tx, changed))
                    .compose(done -> done(tx, cause, "change-account", changed, told(changed)))
                    .map(changed);
        });
    }

    /**
     * Gives it a new password; the old one, and what was remembered of it, opens nothing any more. Set by an
     * administrator, it ends the account's tokens and client certificates too: somebody else may have made them.
     */
    public Future<Account> setPassword(Caller caller, Cause cause, String id, String password) {
        return get(caller, id)
                .compose(seen -> {
                    requireSelfOrManager(caller, seen, "to set a password");
                    if (!caller.isAccount(id)) {
                        organisations.requireNotOwn(caller, Grants.parse(seen.names()));
                    }
                    return passwords.hash(password);
                })
                .compose(hash -> inIt(caller, id, (tx, account) -> store(tx, caller, account, hash)
                        .compose(done -> done(tx, cause, "set-password", account, null))
                        .map(account)));
    }

    /** Its own call replaces only what it came in by: another may have set a new one meanwhile. */
    private Future<Void> store(SqlConnection tx, Caller caller, Account account, String hash) {
        String before = caller.passwordSha256();
        if (!caller.isAccount(account.id()) || before == null) {
            return store.setPassword(tx, account.id(), hash, clock.instant())
                    .compose(done -> store.dropCredentials(tx, account.id()));
        }
        return store.replacePassword(tx, account.id(), before, hash, clock.instant())
                .map(replaced -> {
                    if (!replaced) {
                        throw ProblemException.of(
                                ProblemType.UNAUTHENTICATED, "the password was replaced by another meanwhile");
                    }
                    return null;
                });
    }

    /** Takes it away with its tokens and certificates; its requests stay, and are not renewed any more. */
    public Future<Void> delete(Caller caller, Cause cause, String id) {
        return inIt(caller, id, (tx, account) -> {
            caller.require(Permission.MANAGE_CALLERS, account.orgId(), "to delete an account");
            return store.delete(tx, id).compose(done -> done(tx, cause, "delete-account", account, account.name()));
        });
    }

    /** The account of that id, for itself and for who may see all of its organisation. */
    public Future<Account> get(Caller caller, String id) {
        return store.find(id).map(found -> found.filter(account -> isVisible(caller, account))
                .orElseThrow(Accounts::noSuchAccount));
    }

    /** As {@link #get}, of the account of that number, which doors go by whose clients know nothing but whole numbers. */
    public Future<Account> byNumber(Caller caller, long number) {
        return store.byNumber(number)
                .map(found -> found.orElseThrow(Accounts::noSuchAccount))
                .compose(id -> get(caller, id));
    }

    /** The numbers of those of them that there are, by id. */
    public Future<Map<String, Long>> numbers(Collection<String> ids) {
        return store.numbers(ids);
    }

    /** The account, held until the end of the transaction: it is not deleted meanwhile, and nobody else counts its tokens. */
    Future<Account> lock(SqlConnection tx, String id) {
        return store.lock(tx, id).map(found -> found.orElseThrow(Accounts::noSuchAccount));
    }

    /**
     * All that the caller may see, oldest first.
     *
     * @param typed only those of that name, however it is spelled; null: whatever they are called
     * @param after only those of higher numbers; 0: from the first on
     */
    public Future<List<Account>> list(
            Caller caller, @Nullable String orgId, @Nullable String typed, long after, int limit) {
        String name = typed == null ? null : AccountName.canonical(typed);
        String ownOrgId = caller.orgId();
        if (ownOrgId == null) {
            return store.list(orgId, null, name, after, limit);
        }
        if (orgId != null) {
            caller.requireOrganisation(orgId);
        }
        boolean all = caller.may(Permission.READ, ownOrgId);
        return store.list(ownOrgId, all ? null : caller.id(), name, after, limit);
    }

    /**
     * Makes the certificate that the caller's own connection showed one of the account's: so nobody registers what he
     * has not got the key of.
     */
    public Future<RegisteredCertificate> register(Caller caller, Cause cause, String id, X509Certificate shown) {
        byte[] der = der(shown);
        byte[] sha256 = Digests.sha256(der);
        RegisteredCertificate certificate = new RegisteredCertificate(
                HexFormat.of().formatHex(sha256),
                shown.getNotBefore().toInstant(),
                shown.getNotAfter().toInstant(),
                clock.instant());
        return inIt(caller, id, (tx, account) -> {
            if (!caller.isAccount(id)) {
                throw ProblemException.of(
                        ProblemType.UNAUTHORIZED, "only the account itself registers a certificate of its own");
            }
            requirePassword(caller);
            return store.dropOverAndCountCertificates(tx, id, certificate.created())
                    .compose(count -> {
                        if (count >= MOST_CERTIFICATES) {
                            throw ProblemException.of(
                                    ProblemType.CONFLICT,
                                    "the account has " + MOST_CERTIFICATES
                                            + " client certificates; take one away first");
                        }
                        return store.certify(tx, id, certificate, sha256, der);
                    })
                    .compose(first -> {
                        if (!first) {
                            throw ProblemException.of(ProblemType.CONFLICT, "the certificate is registered already");
                        }
                        return done(tx, cause, "register-certificate", account, certificate.sha256());
                    })
                    .map(certificate);
        });
    }

    public Future<List<RegisteredCertificate>> certificates(Caller caller, String id) {
        return get(caller, id).compose(account -> store.certificates(account.id()));
    }

    /** @param sha256 of the certificate, lower hex */
    public Future<Void> unregister(Caller caller, Cause cause, String id, String sha256) {
        return inIt(caller, id, (tx, account) -> {
            requireSelfOrManager(caller, account, "to take a certificate from an account");
            return store.uncertify(tx, id, sha256).compose(found -> {
                if (!found) {
                    throw ProblemException.of(ProblemType.NOT_FOUND, "the account has no such certificate");
                }
                return done(tx, cause, "unregister-certificate", account, sha256);
            });
        });
    }

    private interface Act<T> {
        Future<T> of(SqlConnection tx, Account account);
    }

    private <T> Future<T> inIt(Caller caller, String id, Act<T> act) {
        return database.inTransaction(tx -> store.lock(tx, id).compose(found -> act.of(
                                tx,
                                found.filter(account -> isVisible(caller, account))
                                        .orElseThrow(Accounts::noSuchAccount))
                        .compose(result -> events.accessChanged(tx).map(result))))
                .recover(Accounts::nameIsTaken)
                .onSuccess(done -> accessChanged.run());
    }

    private Future<Void> done(SqlConnection tx, Cause cause, String action, Account account, @Nullable String reason) {
        return events.done(tx, clock.instant(), account.orgId(), cause, action, account.id(), reason);
    }

    private Future<@Nullable String> hash(@Nullable String password) {
        return password == null
                ? Future.<@Nullable String>succeededFuture()
                : passwords.hash(password).map(Function.<@Nullable String>identity());
    }

    private static Account account(
            String id,
            String orgId,
            Wanted wanted,
            boolean enabled,
            boolean hasPassword,
            Instant created,
            Instant updated) {
        return new Account(
                id,
                orgId,
                AccountName.parse(wanted.name()),
                roles(wanted.roles()),
                Grants.asked(wanted.names()).texts(),
                SignerGrants.asked(wanted.signers()).texts(),
                enabled,
                hasPassword,
                created,
                updated);
    }

    /** @throws ProblemException malformed for what is no role, and for the one that comes with enrolling only */
    static Set<Role> roles(List<String> words) {
        Set<Role> roles = new TreeSet<>();
        for (String word : words) {
            roles.add(Role.of(word)
                    .filter(role -> role != Role.AGENT)
                    .orElseThrow(() -> ProblemException.of(
                            ProblemType.MALFORMED,
                            "spec.roles: administrator, security-administrator, requester or reader")));
        }
        return roles;
    }

    private static String told(Account account) {
        return account.name() + (account.enabled() ? "" : ", disabled") + "; roles "
                + String.join(" ", AccountRows.words(account.roles())) + "; names "
                + String.join(" ", account.names())
                + (account.signers().isEmpty() ? "" : "; signers " + String.join(" ", account.signers()));
    }

    private static boolean isVisible(Caller caller, Account account) {
        return caller.may(Permission.READ, account.orgId()) || caller.isAccount(account.id());
    }

    /** For itself it proves to be itself, whatever its roles: an administrator's token may be stolen as well. */
    private static void requireSelfOrManager(Caller caller, Account account, String act) {
        if (caller.isAccount(account.id())) {
            requirePassword(caller);
        } else {
            caller.require(Permission.MANAGE_CALLERS, account.orgId(), act);
        }
    }

    private static void requirePassword(Caller caller) {
        if (caller.proof() != Caller.Proof.PASSWORD) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED, "an account changes its own credentials with its password (Basic) only");
        }
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw ProblemException.of(ProblemType.MALFORMED, "the client certificate cannot be read");
        }
    }

    private static <T> Future<T> nameIsTaken(Throwable failure) {
        return Future.failedFuture(
                Failures.isUniqueViolation(failure)
                        ? ProblemException.of(ProblemType.CONFLICT, "spec.name: an account has that name already")
                        : failure);
    }

    private static ProblemException noSuchAccount() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such account");
    }
}
