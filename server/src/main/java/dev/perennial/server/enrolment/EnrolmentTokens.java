package dev.perennial.server.enrolment;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entry to enrolment tokens: made, looked at and taken back by administrators. */
public final class EnrolmentTokens {
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int MOST_USES = 100_000;

    private final Database database;
    private final EnrolmentStore store;
    private final Organisations organisations;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;

    public EnrolmentTokens(
            Database database, Organisations organisations, Events events, Ids ids, InstantSource clock) {
        this.database = database;
        this.store = new EnrolmentStore(database);
        this.organisations = organisations;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    /** A new token with its secret, which is shown this once. */
    public record Made(EnrolmentToken token, String secret) {
        /** Without the secret: it gets into no log by a slip. */
        @Override
        public String toString() {
            return "Made[" + token.id() + "]";
        }
    }

    public Future<Made> make(Caller caller, Cause cause, String orgId, List<String> names, int uses, Duration lasts) {
        caller.require(Permission.MANAGE_CALLERS, orgId, "to let agents in");
        if (names.isEmpty()) {
            throw malformed("spec.names: say at least one pattern of names that the agent may ask for");
        }
        if (uses < 1 || uses > MOST_USES) {
            throw malformed("spec.uses: 1 to " + MOST_USES);
        }
        if (lasts.isNegative() || lasts.isZero() || lasts.compareTo(LONGEST) > 0) {
            throw malformed("spec.expires: a duration of more than nothing and at most P366D");
        }
        Grants grants = Grants.asked(names);
        List<String> canonical = grants.texts();
        Instant now = clock.instant();
        EnrolmentToken token = new EnrolmentToken(ids.next(), orgId, canonical, uses, uses, now.plus(lasts), now);
        String secret = ids.secret();
        return database.inTransaction(tx -> organisations
                        .requireGivable(tx, caller, orgId, grants)
                        .compose(givable -> store.insertToken(tx, token, digest(secret)))
                        .compose(done -> events.done(
                                tx,
                                now,
                                orgId,
                                cause,
                                "make-enrolment-token",
                                token.id(),
                                String.join(" ", canonical))))
                .map(new Made(token, secret));
    }

    /** @param orgId those for that organisation; null: for any */
    public Future<List<EnrolmentToken>> list(Caller caller, @Nullable String orgId, int limit) {
        caller.require(Permission.MANAGE_CALLERS, "to see enrolment tokens");
        if (orgId != null) {
            caller.requireOrganisation(orgId);
        }
        return store.listTokens(orgId == null ? caller.orgId() : orgId, limit);
    }

    public Future<EnrolmentToken> get(Caller caller, String id) {
        caller.require(Permission.MANAGE_CALLERS, "to see enrolment tokens");
        return store.findToken(id)
                .map(found -> found.filter(token -> caller.may(Permission.MANAGE_CALLERS, token.orgId()))
                        .orElseThrow(EnrolmentTokens::noSuchToken));
    }

    /** Takes a token back: it lets nobody in from now on. */
    public Future<Void> delete(Caller caller, Cause cause, String id) {
        Instant now = clock.instant();
        return get(caller, id)
                .compose(token -> database.inTransaction(tx -> store.deleteToken(tx, id)
                        .map(found -> found.orElseThrow(EnrolmentTokens::noSuchToken))
                        .compose(orgId -> events.done(tx, now, orgId, cause, "delete-enrolment-token", id, null))));
    }

    static byte[] digest(String secret) {
        return Digests.sha256(secret.getBytes(StandardCharsets.UTF_8));
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }

    private static ProblemException noSuchToken() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such enrolment token");
    }
}
