package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.model.Role;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The entry to access tokens: what programs come in with, and people after they have logged in. A token has at most what
 * its account has, at each use. No token makes another one of its own account: who stole it would never be rid of.
 */
public final class AccessTokens {
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int MOST_EACH = 1_000;

    private final Database database;
    private final AccessTokenStore store;
    private final Accounts accounts;
    private final Organisations organisations;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;
    private final Runnable accessChanged;

    /** @param accessChanged as with {@link Accounts} */
    public AccessTokens(
            Database database,
            Accounts accounts,
            Organisations organisations,
            Events events,
            Ids ids,
            InstantSource clock,
            Runnable accessChanged) {
        this.database = database;
        this.store = new AccessTokenStore(database);
        this.accounts = accounts;
        this.organisations = organisations;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
        this.accessChanged = accessChanged;
    }

    /** A new token with its secret, which is shown this once. */
    public record Made(AccessToken token, String secret) {
        /** Without the secret: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "Made[" + token.id() + "]";
        }
    }

    /**
     * Makes one.
     *
     * @param accountId whose; null: the caller's own
     * @param roles of the account's only these; null: all of them
     * @param names within the account's; null: all of them
     */
    public Future<Made> make(
            Caller caller,
            Cause cause,
            @Nullable String accountId,
            @Nullable List<String> roles,
            @Nullable List<String> names,
            Duration lasts) {
        if (lasts.isNegative() || lasts.isZero() || lasts.compareTo(LONGEST) > 0) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "spec.expires: a duration of more than nothing and at most P366D");
        }
        if (accountId == null && caller.kind() != Caller.Kind.ACCOUNT) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.account is required: the caller is no account");
        }
        return accounts.get(caller, accountId == null ? caller.id() : accountId).compose(account -> {
            requireMayMake(caller, account);
            Instant now = clock.instant();
            AccessToken token = new AccessToken(
                    ids.next(),
                    account.orgId(),
                    account.id(),
                    account.name(),
                    roles == null ? null : within(account, Accounts.roles(roles)),
                    names == null ? null : within(account, Grants.asked(names)),
                    now.plus(lasts),
                    now);
            String secret = ids.secret();
            if (!caller.isAccount(account.id())) {
                organisations.requireNotOwn(
                        caller, Grants.parse(token.names() == null ? account.names() : token.names()));
            }
            return store(token, secret, cause).map(new Made(token, secret));
        });
    }

    private Future<Void> store(AccessToken token, String secret, Cause cause) {
        return database.inTransaction(tx -> accounts.lock(tx, token.accountId())
                .compose(account -> store.dropOverAndCount(tx, account.id(), token.created()))
                .compose(count -> {
                    if (count >= MOST_EACH) {
                        throw ProblemException.of(
                                        ProblemType.RATE_LIMITED,
                                        "the account has " + MOST_EACH + " tokens; take some back")
                                .after(Duration.ofMinutes(10));
                    }
                    return store.insert(tx, token, Digests.sha256(secret.getBytes(StandardCharsets.UTF_8)));
                })
                .compose(done -> events.done(
                        tx,
                        token.created(),
                        token.orgId(),
                        cause,
                        "make-access-token",
                        token.id(),
                        "for " + token.accountName() + " until " + token.expires())));
    }

    /** The tokens that are still good and that the caller may see, oldest first. */
    public Future<List<AccessToken>> list(
            Caller caller, @Nullable String orgId, @Nullable String accountId, int limit) {
        if (orgId != null) {
            caller.requireOrganisation(orgId);
        }
        String ownOrgId = caller.orgId();
        if (ownOrgId == null || caller.may(Permission.READ, ownOrgId)) {
            return store.list(ownOrgId == null ? orgId : ownOrgId, accountId, clock.instant(), limit);
        }
        return accountId != null && !accountId.equals(caller.id())
                ? Future.succeededFuture(List.of())
                : store.list(ownOrgId, caller.id(), clock.instant(), limit);
    }

    public Future<AccessToken> get(Caller caller, String id) {
        return store.find(id)
                .map(found -> found.filter(token -> caller.may(Permission.READ, token.orgId()) || isOwn(caller, token))
                        .orElseThrow(AccessTokens::noSuchToken));
    }

    /** Takes it back: it opens nothing from now on, at any server. */
    public Future<Void> delete(Caller caller, Cause cause, String id) {
        return get(caller, id)
                .compose(token -> {
                    if (!isOwn(caller, token)) {
                        caller.require(
                                Permission.MANAGE_CALLERS, token.orgId(), "to take back the token of somebody else");
                    }
                    return database.inTransaction(tx -> store.delete(tx, id)
                            .compose(there -> {
                                if (!there) {
                                    throw noSuchToken();
                                }
                                return events.done(
                                        tx,
                                        clock.instant(),
                                        token.orgId(),
                                        cause,
                                        "delete-access-token",
                                        id,
                                        "of " + token.accountName());
                            })
                            .compose(done -> events.accessChanged(tx)));
                })
                .onSuccess(done -> accessChanged.run());
    }

    private static boolean isOwn(Caller caller, AccessToken token) {
        return caller.isAccount(token.accountId());
    }

    private static void requireMayMake(Caller caller, Account account) {
        if (!caller.isAccount(account.id())) {
            caller.require(Permission.MANAGE_CALLERS, account.orgId(), "to make a token for somebody else");
        } else if (caller.proof() == Caller.Proof.TOKEN) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED,
                    "an account makes a token with its password (Basic) or its client certificate, not with a token");
        }
    }

    private static Set<Role> within(Account account, Set<Role> roles) {
        if (!account.roles().containsAll(roles)) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.roles: beyond the account's own roles");
        }
        return roles;
    }

    private static List<String> within(Account account, Grants names) {
        List<NamePattern> beyond = names.beyond(Grants.parse(account.names()));
        if (!beyond.isEmpty()) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.names: beyond the account's own names: " + beyond);
        }
        return names.texts();
    }

    private static ProblemException noSuchToken() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such access token");
    }
}
