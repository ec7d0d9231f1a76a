package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The entry to signers. They are looked up in what was read last: after each change made here, at each notification of
 * one made elsewhere, and at each strike of the clock. Thread-safe.
 */
public final class Signers {
    public static final String SERVER = "perennial.dev/server";
    private static final String CLIENT = "perennial.dev/client";
    private static final Duration FIRST_VALIDITY = Duration.ofDays(90);

    /** Agilicus' two names for what we do with one signer. */
    private static final Map<String, String> ALIASES =
            Map.of("agilicus-public-acme", SERVER, "agilicus-private", SERVER);

    private final Database database;
    private final SignerStore store = new SignerStore();
    private final Events events;
    private final SignerChanges changes;
    private final Set<String> configured;
    private final AtomicLong readings = new AtomicLong();
    private long latest;
    private volatile Map<String, Signer> byName = Map.of();

    private Signers(Database database, Authorities authorities, Set<String> configured, Ids ids, InstantSource clock) {
        this.database = database;
        this.events = new Events(database);
        this.changes = new SignerChanges(database, authorities, store, events, ids, clock);
        this.configured = Set.copyOf(configured);
    }

    /** Those of a new installation that sign by that authority. */
    static List<Signer> first(Ids ids, String authorityId, Instant now) {
        return Map.of(SERVER, Profile.SERVER, CLIENT, Profile.CLIENT).entrySet().stream()
                .map(one -> new SignerSpec(
                        null,
                        one.getKey(),
                        SignerSpec.Type.LOCAL,
                        authorityId,
                        one.getValue(),
                        FIRST_VALIDITY,
                        Approval.GRANTS,
                        false,
                        true,
                        false,
                        List.of()))
                .map(spec -> new Signer(ids.next(), spec, now, now))
                .toList();
    }

    /** Sets the signers that the configuration names, and reads them all; IllegalArgumentException for what cannot be. */
    public static Future<Signers> load(
            Database database,
            Authorities authorities,
            Map<String, SignerTerms> configured,
            Ids ids,
            InstantSource clock) {
        Signers signers = new Signers(database, authorities, configured.keySet(), ids, clock);
        return new SignerConfiguration(signers.store, signers.events)
                .apply(database, configured, clock.instant())
                .map(all -> {
                    signers.take(signers.readings.incrementAndGet(), all);
                    return signers;
                });
    }

    /** Reads them anew. */
    public Future<Void> reread() {
        long reading = readings.incrementAndGet();
        return store.all(database).map(all -> {
            take(reading, all);
            return null;
        });
    }

    /** Of two readings under way at once the one that began later has seen more. */
    private synchronized void take(long reading, Collection<Signer> all) {
        if (reading > latest) {
            latest = reading;
            Map<String, Signer> read = new TreeMap<>();
            all.forEach(signer -> read.put(signer.name(), signer));
            byName = read;
        }
    }

    /**
     * The signer that a requester of that organisation names, be it enabled or not: by its own name or an alias; the default
     * one where none is named.
     *
     * @throws ProblemException unknownSigner, naming those that there are
     */
    public Signer named(@Nullable String target, String orgId) {
        String name = target == null ? SERVER : ALIASES.getOrDefault(target, target);
        Signer signer = byName.get(name);
        if (signer == null || !signer.isFor(orgId)) {
            throw ProblemException.of(
                    ProblemType.UNKNOWN_SIGNER,
                    "there is no signer of that name; there are "
                            + byName.values().stream()
                                    .filter(one -> one.isFor(orgId))
                                    .map(Signer::name)
                                    .collect(Collectors.joining(", ")));
        }
        return signer;
    }

    /**
     * As {@link #named}, to sign with it.
     *
     * @throws ProblemException unknownSigner, naming those that there are; conflict where it is disabled
     */
    public Signer wanted(@Nullable String target, String orgId) {
        Signer signer = named(target, orgId);
        if (!signer.enabled()) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "the signer " + signer.name() + " is disabled; an administrator can enable it");
        }
        return signer;
    }

    /** As {@link #wanted}; a name that nobody here serves is taken for a signer elsewhere. */
    public Signer wantedAnywhere(String target, String orgId) {
        Signer signer = byName.get(target);
        return signer != null && signer.isFor(orgId) ? wanted(target, orgId) : Signer.outside(target);
    }

    /** All that the caller may name, by name. */
    public List<Signer> all(Caller caller) {
        return byName.values().stream()
                .filter(signer -> isSeenBy(signer, caller))
                .toList();
    }

    /** The signer of that id; fails with notFound where the caller may not name it. */
    public Signer get(Caller caller, String id) {
        return byName.values().stream()
                .filter(signer -> signer.id().equals(id) && isSeenBy(signer, caller))
                .findFirst()
                .orElseThrow(SignerChanges::noSuchSigner);
    }

    private static boolean isSeenBy(Signer signer, Caller caller) {
        return caller.isBootstrap() || signer.isFor(caller.orgId());
    }

    /** All that there are, whosesoever. */
    Collection<Signer> all() {
        return byName.values();
    }

    /** The signer of a stored request, be it enabled or not; null if it is no longer there. */
    public @Nullable Signer find(String name) {
        return byName.get(name);
    }

    /** The stored name that a filter means: an alias stands for its signer. */
    public static String resolve(String target) {
        return ALIASES.getOrDefault(target, target);
    }

    /** Whether the configuration file has it, and so nobody changes it here. */
    public boolean isConfigured(Signer signer) {
        return configured.contains(signer.name());
    }

    /** Makes one. */
    public Future<Signer> make(Caller caller, Cause cause, SignerSpec spec) {
        return changes.make(caller, cause, spec)
                .compose(made -> reread().otherwiseEmpty().map(made));
    }

    /**
     * Gives it other terms; its name, type and organisation stay.
     *
     * @param seen throws where the signer is not any more what the caller saw; nobody changes it meanwhile
     */
    public Future<Signer> change(Caller caller, Cause cause, String id, SignerSpec spec, Consumer<Signer> seen) {
        Signer known = get(caller, id);
        if (isConfigured(known)) {
            SignerChanges.requireManager(caller, known.spec().orgId());
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "the signer " + known.name()
                            + " stands in the configuration file: it is changed there, and the servers started again");
        }
        return changes.change(caller, cause, known, spec, seen)
                .compose(changed -> reread().otherwiseEmpty().map(changed));
    }

    /**
     * The CA of that id, with which something may be signed for that organisation; null: for all of them.
     *
     * @throws ProblemException malformed, where there is none of that id that may
     */
    public Authority issuing(String id, @Nullable String orgId) {
        return changes.issuing(id, orgId);
    }

    /**
     * As {@link #issuing}, for one certificate that a person chooses the CA of: a root of the organisation too.
     *
     * @throws ProblemException malformed, where there is none of that id that may
     */
    public Authority signing(String id, String orgId) {
        return changes.signing(id, orgId);
    }
}
