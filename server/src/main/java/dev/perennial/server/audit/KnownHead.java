package dev.perennial.server.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far this server has seen the chain. Whoever can write in the database could take the end of it away, alter rows and
 * have them sealed anew; so nothing is sealed unless the newest seal leads on from here and has a code of its own.
 */
final class KnownHead {
    private static final Logger log = LoggerFactory.getLogger(KnownHead.class);

    private final SealStore store;
    private final ChainKey key;
    private final HeadKeeper keeper;
    private volatile @Nullable Head head;
    private volatile @Nullable Head kept;

    KnownHead(SealStore store, ChainKey key, HeadKeeper keeper) {
        this.store = store;
        this.key = key;
        this.keeper = keeper;
        this.head = keeper.last().orElse(null);
        this.kept = head;
    }

    /** Whether that is the newest seal that is known here. */
    boolean is(@Nullable Head newest) {
        Head known = head;
        return known == null ? newest == null : known.equals(newest);
    }

    /**
     * The newest seal of the chain, empty where it has none.
     *
     * @return fails with {@link BrokenChainException} where it is not what the chain had to become
     */
    Future<Optional<Seal>> newest(SqlConnection tx) {
        Head known = head;
        return store.newest(tx).compose(found -> {
            if (found.isEmpty()) {
                return known == null ? Future.succeededFuture(found) : Future.failedFuture(isGone(known, "none"));
            }
            Seal newest = found.get();
            if (known != null && newest.number() < known.number()) {
                return Future.failedFuture(isGone(known, "seal " + newest.number()));
            }
            return requireCode(tx, newest)
                    .compose(done -> known == null ? Future.succeededFuture() : requireKnown(tx, known))
                    .map(found);
        });
    }

    /** Fails unless the seal's own code is right, over that of the seal before. */
    Future<Void> requireCode(SqlConnection tx, Seal seal) {
        return (seal.number() == 1
                        ? Future.succeededFuture(Optional.of(ChainKey.beginning()))
                        : store.find(tx, seal.number() - 1).map(before -> before.map(Seal::code)))
                .map(before -> {
                    if (before.isEmpty()) {
                        throw new BrokenChainException("seal " + (seal.number() - 1) + " is missing");
                    }
                    if (!key.isOf(seal, before.get())) {
                        throw new BrokenChainException("the code of seal " + seal.number() + " is wrong");
                    }
                    return null;
                });
    }

    private Future<Void> requireKnown(SqlConnection tx, Head known) {
        return store.find(tx, known.number()).map(found -> {
            if (found.filter(seal -> Head.of(seal).equals(known)).isEmpty()) {
                throw new BrokenChainException(
                        "seal " + known.number() + " is not the one that this server knows of that number");
            }
            return null;
        });
    }

    private static BrokenChainException isGone(Head known, String newest) {
        return new BrokenChainException("this server knows seal " + known.number() + ", and the newest one there is "
                + newest + ": seals were removed, or the database is an older copy");
    }

    /** Goes on to that seal, whose transaction is over. */
    void advance(Seal seal) {
        head = Head.of(seal);
    }

    /** Writes down how far it is known; a failure is told, and made good with the next seal. */
    Future<Void> keep() {
        Head now = head;
        if (now == null || now.equals(kept)) {
            return Future.succeededFuture();
        }
        return keeper.keep(now)
                .onSuccess(done -> kept = now)
                .onFailure(failure -> log.warn("The head of the audit record is not kept: {}", failure.toString()))
                .otherwiseEmpty();
    }
}
