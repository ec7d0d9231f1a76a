package dev.perennial.server.ca;

import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Carries out what the configuration file says of signers, at start. */
final class SignerConfiguration {
    /** What is in the file is the operator's word; the server carries it out. */
    private static final Cause CONFIGURATION = new Cause("server", "configuration", "");

    private final SignerStore store;
    private final Events events;

    SignerConfiguration(SignerStore store, Events events) {
        this.store = store;
        this.events = events;
    }

    /** All signers, as they are afterwards; fails with IllegalArgumentException for an unknown one, or for what cannot be. */
    Future<List<Signer>> apply(Database database, Map<String, SignerTerms> configured, Instant now) {
        return database.inTransaction(
                tx -> store.all(tx).compose(stored -> apply(tx, stored, new TreeMap<>(configured), now)));
    }

    private Future<List<Signer>> apply(
            SqlConnection tx, List<Signer> stored, Map<String, SignerTerms> unknown, Instant now) {
        List<Signer> signers = new ArrayList<>();
        Future<Void> written = Future.succeededFuture();
        for (Signer signer : stored) {
            SignerTerms terms = unknown.remove(signer.name());
            SignerSpec wanted = terms == null ? signer.spec() : terms.appliedTo(signer.spec());
            String problem = terms == null ? null : wanted.problem();
            if (problem != null) {
                return Future.failedFuture(new IllegalArgumentException("signers." + signer.name() + "." + problem));
            }
            boolean changed = !wanted.equals(signer.spec());
            signers.add(changed ? new Signer(signer.id(), wanted, signer.created(), now) : signer);
            written = changed ? written.compose(done -> write(tx, signer, wanted, now)) : written;
        }
        if (!unknown.isEmpty()) {
            return Future.failedFuture(new IllegalArgumentException("signers: there is no signer "
                    + String.join(", ", unknown.keySet()) + "; there are "
                    + String.join(", ", stored.stream().map(Signer::name).toList())));
        }
        return written.map(done -> signers);
    }

    private Future<Void> write(SqlConnection tx, Signer signer, SignerSpec wanted, Instant now) {
        return store.update(tx, signer.id(), wanted, now)
                .compose(changed -> events.done(
                        tx,
                        now,
                        wanted.orgId(),
                        CONFIGURATION,
                        "change-signer",
                        signer.name(),
                        signer.spec().terms() + " -> " + wanted.terms()))
                .compose(done -> events.accessChanged(tx));
    }
}
