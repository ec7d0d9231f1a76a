package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Failures;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How signers are made and changed: who may, what may be, stored with its audit row, told to every server. */
final class SignerChanges {
    /** Whose names mean something to everybody: no organisation takes one of these for itself. */
    private static final Set<String> RESERVED = Set.of("perennial.dev", "kubernetes.io", "k8s.io");

    private final Database database;
    private final Authorities authorities;
    private final SignerStore store;
    private final Events events;
    private final Ids ids;
    private final InstantSource clock;

    SignerChanges(
            Database database,
            Authorities authorities,
            SignerStore store,
            Events events,
            Ids ids,
            InstantSource clock) {
        this.database = database;
        this.authorities = authorities;
        this.store = store;
        this.events = events;
        this.ids = ids;
        this.clock = clock;
    }

    Future<Signer> make(Caller caller, Cause cause, SignerSpec spec) {
        requireManager(caller, spec.orgId());
        requireSound(spec);
        String domain = spec.name().substring(0, spec.name().indexOf('/'));
        if (!caller.isBootstrap()
                && RESERVED.stream().anyMatch(one -> domain.equals(one) || domain.endsWith("." + one))) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED,
                    "spec.name: signers in " + domain + " are made by the bootstrap administrator only; take a domain"
                            + " of your own");
        }
        Instant now = clock.instant();
        Signer made = new Signer(ids.next(), spec, now, now);
        return database.inTransaction(tx -> store.insert(tx, made)
                        .compose(done ->
                                events.done(tx, now, spec.orgId(), cause, "make-signer", spec.name(), spec.terms()))
                        .compose(done -> events.accessChanged(tx)))
                .recover(SignerChanges::understood)
                .map(made);
    }

    /** @param seen as with {@link Signers#change} */
    Future<Signer> change(Caller caller, Cause cause, Signer known, SignerSpec spec, Consumer<Signer> seen) {
        requireManager(caller, known.spec().orgId());
        Instant now = clock.instant();
        return database.inTransaction(tx -> store.lock(tx, known.id()).compose(found -> {
            Signer before = found.orElseThrow(SignerChanges::noSuchSigner);
            seen.accept(before);
            requireSame(before.spec(), spec);
            requireSound(spec);
            return store.update(tx, before.id(), spec, now).compose(changed -> {
                if (!changed) {
                    return Future.succeededFuture(before);
                }
                String told = before.spec().terms() + " -> " + spec.terms();
                return events.done(tx, now, spec.orgId(), cause, "change-signer", spec.name(), told)
                        .compose(done -> events.accessChanged(tx))
                        .map(new Signer(before.id(), spec, before.created(), now));
            });
        }));
    }

    /**
     * The CA of that id, with which something may be signed for that organisation; null: for all of them.
     *
     * @throws ProblemException malformed, where there is none of that id that may
     */
    Authority issuing(String id, @Nullable String orgId) {
        return authorities
                .find(id)
                .filter(one -> one.role() == Authority.Role.ISSUING && one.serves(orgId))
                .orElseThrow(() -> ProblemException.of(
                        ProblemType.MALFORMED, "ca_id: there is no CA of that id that signs certificates"));
    }

    /**
     * The CA of that id, with which a person may have something signed for that organisation: a root of its own too.
     *
     * @throws ProblemException malformed, where there is none of that id that may
     */
    Authority signing(String id, String orgId) {
        return authorities
                .find(id)
                .filter(one -> one.role() == Authority.Role.ROOT && orgId.equals(one.orgId()))
                .orElseGet(() -> issuing(id, orgId));
    }

    private void requireSound(SignerSpec spec) {
        String problem = spec.problem();
        if (problem != null) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec." + problem);
        }
        if (spec.authorityId() != null) {
            issuing(spec.authorityId(), spec.orgId());
        }
    }

    private static void requireSame(SignerSpec before, SignerSpec after) {
        if (!before.name().equals(after.name())
                || before.type() != after.type()
                || !Objects.equals(before.orgId(), after.orgId())) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "spec.name, spec.type and spec.org_id of a signer stay as they are; make another signer");
        }
    }

    static void requireManager(Caller caller, @Nullable String orgId) {
        if (orgId != null) {
            caller.require(Permission.MANAGE_SIGNERS, orgId, "to make or change a signer");
        } else if (!caller.isBootstrap()) {
            throw ProblemException.of(
                    ProblemType.UNAUTHORIZED,
                    "a signer of all organisations is made and changed by the bootstrap administrator only; name your"
                            + " organisation in spec.org_id");
        }
    }

    private static <T> Future<T> understood(Throwable failure) {
        if (Failures.isUniqueViolation(failure)) {
            return Future.failedFuture(ProblemException.of(
                    ProblemType.CONFLICT, "spec.name: a signer goes by that name already; take another"));
        }
        return Future.failedFuture(
                Failures.isForeignKeyViolation(failure)
                        ? ProblemException.of(ProblemType.NOT_FOUND, "spec.org_id: there is no such organisation")
                        : failure);
    }

    static ProblemException noSuchSigner() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such signer");
    }
}
