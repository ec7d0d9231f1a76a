package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Failures;
import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The entry to organisations: each a name space of its own, and the names that everything inside keeps within. What was
 * read is remembered until {@link #forget}, as with {@link Callers}.
 */
public final class Organisations {
    private final Database database;
    private final OrganisationStore store;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;
    private final Supplier<Set<Identifier>> ownNames;
    private final Memory<String, Grants> seen;

    /**
     * @param ownNames the servers' own names, which only the bootstrap administrator grants
     * @param hearsOfChanges as with {@link Callers}
     */
    public Organisations(
            Database database,
            Events events,
            Ids ids,
            InstantSource clock,
            Supplier<Set<Identifier>> ownNames,
            BooleanSupplier hearsOfChanges) {
        this.database = database;
        this.store = new OrganisationStore(database);
        this.events = events;
        this.ids = ids;
        this.clock = clock;
        this.ownNames = ownNames;
        this.seen = new Memory<>(hearsOfChanges);
    }

    /** The names of that organisation; fails with notFound where there is none of that id. */
    public Future<Grants> names(String orgId) {
        Grants known = seen.get(orgId);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        long before = seen.epoch();
        return store.find(orgId).map(found -> {
            Grants names =
                    Grants.parse(found.orElseThrow(Organisations::noneOfThatId).names());
            seen.put(orgId, names, before);
            return names;
        });
    }

    /**
     * Fails with malformed where a grant would reach beyond the organisation's names, with unauthorized where it is a
     * name of the servers themselves and not the caller's to give.
     *
     * @param grants what is new of it: what was granted before stays, though the organisation has become narrower, or a
     *     server has got that name
     */
    public Future<Void> requireGivable(SqlConnection tx, Caller caller, String orgId, Grants grants) {
        requireNotOwn(caller, grants);
        return named(tx, List.of(orgId)).map(found -> {
            Grants outer = found.get(orgId);
            if (outer == null) {
                throw noneOfThatId();
            }
            List<NamePattern> beyond = grants.beyond(outer);
            if (!beyond.isEmpty()) {
                throw ProblemException.of(
                        ProblemType.MALFORMED, "spec.names: beyond the organisation's own names: " + beyond);
            }
            return null;
        });
    }

    /** Fails with unauthorized where a name of the servers themselves is among them and not the caller's to give. */
    void requireNotOwn(Caller caller, Grants grants) {
        if (!caller.isBootstrap() && ownNames.get().stream().anyMatch(grants::coversExactly)) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED,
                    "a name of the server itself is granted by the bootstrap administrator only");
        }
    }

    /** The names of those organisations, as the transaction sees them. */
    public Future<Map<String, Grants>> named(SqlConnection tx, List<String> ids) {
        return store.names(tx, ids);
    }

    /** Makes one; only the bootstrap administrator, who belongs to none, does. */
    public Future<Organisation> make(Caller caller, Cause cause, String name, List<String> names) {
        requireBootstrap(caller);
        List<String> canonical = Grants.asked(names).texts();
        Instant now = clock.instant();
        Organisation made = new Organisation(ids.next(), name, canonical, now, now);
        return database.inTransaction(tx -> store.insert(tx, made)
                        .compose(done -> events.done(
                                tx, now, made.id(), cause, "make-organisation", made.id(), told(name, canonical))))
                .recover(Organisations::nameIsTaken)
                .map(made);
    }

    /**
     * Gives it another name and other names; what is granted inside is judged by them from then on.
     *
     * @param seen throws where the organisation is not any more what the caller saw; nobody changes it meanwhile
     */
    public Future<Organisation> change(
            Caller caller, Cause cause, String id, String name, List<String> names, Consumer<Organisation> seen) {
        requireBootstrap(caller);
        List<String> canonical = Grants.asked(names).texts();
        Instant now = clock.instant();
        return database.inTransaction(tx -> store.lock(tx, id)
                        .compose(found -> {
                            seen.accept(found.orElseThrow(Organisations::noSuchOrganisation));
                            return store.update(tx, id, name, canonical, now);
                        })
                        .map(changed -> changed.orElseThrow(Organisations::noSuchOrganisation))
                        .compose(changed -> events.done(
                                        tx, now, id, cause, "change-organisation", id, told(name, canonical))
                                .compose(done -> events.accessChanged(tx))
                                .map(changed)))
                .recover(Organisations::nameIsTaken)
                .onSuccess(changed -> forget());
    }

    /** The organisation of that id, for a caller who belongs to it or to none. */
    public Future<Organisation> get(Caller caller, String id) {
        return store.find(id).map(found -> found.filter(one -> caller.isBootstrap() || id.equals(caller.orgId()))
                .orElseThrow(Organisations::noSuchOrganisation));
    }

    /** All that the caller may see, oldest first. */
    public Future<List<Organisation>> list(Caller caller, int limit) {
        return store.list(caller.orgId(), limit);
    }

    /** Drops what is remembered. */
    public void forget() {
        seen.forget();
    }

    private static String told(String name, List<String> names) {
        return name + ": " + String.join(" ", names);
    }

    private static void requireBootstrap(Caller caller) {
        if (!caller.isBootstrap()) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED, "organisations are made and changed by the bootstrap administrator only");
        }
    }

    private static <T> Future<T> nameIsTaken(Throwable failure) {
        return Future.failedFuture(
                Failures.isUniqueViolation(failure)
                        ? ProblemException.of(ProblemType.CONFLICT, "spec.name: an organisation has that name already")
                        : failure);
    }

    private static ProblemException noneOfThatId() {
        return ProblemException.of(ProblemType.NOT_FOUND, "spec.org_id: there is no such organisation");
    }

    private static ProblemException noSuchOrganisation() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such organisation");
    }
}
