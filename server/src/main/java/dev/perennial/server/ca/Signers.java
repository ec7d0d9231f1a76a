package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The entry to signers. They are read at start, after the configuration file has had its say. */
public final class Signers {
    public static final String SERVER = "perennial.dev/server";
    private static final String CLIENT = "perennial.dev/client";
    private static final Duration FIRST_VALIDITY = Duration.ofDays(90);

    /** Agilicus' two names for what we do with one signer. */
    private static final Map<String, String> ALIASES =
            Map.of("agilicus-public-acme", SERVER, "agilicus-private", SERVER);

    /** What is in the file is the operator's word; the server carries it out. */
    private static final Cause CONFIGURATION = new Cause("server", "configuration", "");

    private final Map<String, Signer> byName = new TreeMap<>();

    private Signers(List<Signer> signers) {
        signers.forEach(signer -> byName.put(signer.name(), signer));
    }

    static List<Signer> first(String authorityId) {
        return List.of(
                new Signer(SERVER, authorityId, Profile.SERVER, FIRST_VALIDITY, Approval.GRANTS, false, true),
                new Signer(CLIENT, authorityId, Profile.CLIENT, FIRST_VALIDITY, Approval.GRANTS, false, true));
    }

    /** Sets the signers that the configuration names, and reads them all; IllegalArgumentException for an unknown one. */
    public static Future<Signers> load(Database database, Map<String, SignerTerms> configured, Instant now) {
        SignerStore store = new SignerStore();
        Events events = new Events(database);
        return database.inTransaction(
                tx -> store.all(tx).compose(stored -> configure(store, events, tx, stored, configured, now)));
    }

    private static Future<Signers> configure(
            SignerStore store,
            Events events,
            SqlConnection tx,
            List<Signer> stored,
            Map<String, SignerTerms> configured,
            Instant now) {
        Map<String, SignerTerms> unknown = new TreeMap<>(configured);
        List<Signer> signers = new ArrayList<>();
        Future<Void> written = Future.succeededFuture();
        for (Signer signer : stored) {
            SignerTerms terms = unknown.remove(signer.name());
            Signer wanted = terms == null ? signer : terms.appliedTo(signer);
            signers.add(wanted);
            written = written.compose(done -> store.update(tx, wanted, now))
                    .compose(changed -> changed
                            ? events.done(
                                    tx,
                                    now,
                                    null,
                                    CONFIGURATION,
                                    "change-signer",
                                    signer.name(),
                                    signer.terms() + " -> " + wanted.terms())
                            : Future.succeededFuture());
        }
        if (!unknown.isEmpty()) {
            return Future.failedFuture(new IllegalArgumentException("signers: there is no signer "
                    + String.join(", ", unknown.keySet()) + "; there are "
                    + String.join(", ", stored.stream().map(Signer::name).toList())));
        }
        return written.map(done -> new Signers(signers));
    }

    /**
     * The signer that a requester names, be it enabled or not: by its own name or an alias; the default one where none is
     * named.
     *
     * @throws ProblemException unknownSigner, naming those that there are
     */
    public Signer named(@Nullable String target) {
        String name = target == null ? SERVER : ALIASES.getOrDefault(target, target);
        Signer signer = byName.get(name);
        if (signer == null) {
            throw ProblemException.of(
                    ProblemType.UNKNOWN_SIGNER,
                    "there is no signer of that name; there are " + String.join(", ", byName.keySet()));
        }
        return signer;
    }

    /**
     * As {@link #named}, to sign with it.
     *
     * @throws ProblemException unknownSigner, naming those that there are; conflict where it is disabled
     */
    public Signer wanted(@Nullable String target) {
        Signer signer = named(target);
        if (!signer.enabled()) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "the signer " + signer.name() + " is disabled; an administrator can enable it");
        }
        return signer;
    }

    /** All that there are, by name. */
    public List<Signer> all() {
        return List.copyOf(byName.values());
    }

    /** The names of all that there are. */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** The signer of a stored request, be it enabled or not; null if it is no longer there. */
    public @Nullable Signer find(String name) {
        return byName.get(name);
    }

    /** The stored name that a filter means: an alias stands for its signer. */
    public static String resolve(String target) {
        return ALIASES.getOrDefault(target, target);
    }
}
