package dev.perennial.server.ca;

import dev.perennial.server.ca.Authority.Role;
import dev.perennial.server.ca.AuthorityMaking.Made;
import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the CAs of a new installation: a P-384 root with a P-256 issuing CA below it, and a line of the same shape for
 * the identities of agents, which shares nothing with the first.
 */
public final class FirstAuthorities {
    static final Duration ROOT_VALIDITY = Duration.ofDays(20 * 365L);
    static final Duration ISSUING_VALIDITY = Duration.ofDays(10 * 365L);

    private final Ids ids;
    private final AuthorityMaking making;
    private final AuthorityStore store;
    private final SignerStore signers = new SignerStore();

    public FirstAuthorities(SecureRandom random, Ids ids, SealKey sealKey) {
        this.ids = ids;
        this.making = new AuthorityMaking(random, ids, null);
        this.store = new AuthorityStore(sealKey);
    }

    /** Makes and stores them with the first signers, in the transaction of the schema; returns the public root. */
    public Future<X509> make(SqlConnection tx, Instant now) {
        List<Future<Void>> stored = new ArrayList<>();
        Made root = root("Perennial Root CA", Role.ROOT, now);
        Made issuing = below(root, "Perennial Issuing CA", Role.ISSUING, now);
        Made identityRoot = root("Perennial Identity Root CA", Role.IDENTITY_ROOT, now);
        Made identity = below(identityRoot, "Perennial Identity CA", Role.IDENTITY, now);
        for (Made made : List.of(root, issuing, identityRoot, identity)) {
            stored.add(store.insert(tx, made.entry(), store.sealed(made.entry().id(), made.key())));
        }
        for (Signer signer : Signers.first(ids, issuing.entry().id(), now)) {
            stored.add(signers.insert(tx, signer));
        }
        return Future.all(stored).map(root.entry().issued());
    }

    private Made root(String name, Role role, Instant now) {
        return making.first(name, role, KeyKind.EC_P384, null, ROOT_VALIDITY, 1, now);
    }

    private Made below(Made root, String name, Role role, Instant now) {
        return making.first(name, role, KeyKind.EC_P256, root, ISSUING_VALIDITY, 0, now);
    }
}
