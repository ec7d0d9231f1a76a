package dev.perennial.server.ca;

import dev.perennial.server.db.Database;
import dev.perennial.server.pkix.CertificateId;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The entry to our CAs. They are read once; their keys stay in this room. */
public final class Authorities {
    private final Map<String, Authority> byId;
    private final Map<String, Authority> byOcspName = new HashMap<>();

    private Authorities(List<Authority> authorities) {
        authorities.forEach(authority ->
                CertificateId.namesOf(authority.issuer()).forEach(name -> byOcspName.put(name, authority)));
        this.byId = authorities.stream().collect(Collectors.toUnmodifiableMap(Authority::id, Function.identity()));
    }

    /** Reads and opens all of them; fails where {@code sealKey} is not the key that sealed them. */
    public static Future<Authorities> load(Database database, SealKey sealKey) {
        return new AuthorityStore(sealKey).all(database).map(Authorities::new);
    }

    public Optional<Authority> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All that there are. */
    public List<Authority> all() {
        return List.copyOf(byId.values());
    }

    /** The published one that OCSP clients call so (RFC 6960 §4.1.1). */
    public Optional<Authority> byOcspName(String name) {
        return Optional.ofNullable(byOcspName.get(name)).filter(this::isPublished);
    }

    /** Whether that CA has issued the certificate of one of these, with that serial number in lower hex. */
    public boolean hasIssued(Authority issuer, String serial) {
        return byId.values().stream()
                .anyMatch(authority -> issuer.id().equals(authority.issuerId())
                        && authority.certificate().serial().hex().equals(serial));
    }

    Optional<Authority> bySubject(byte[] name) {
        return byId.values().stream()
                .filter(authority -> Arrays.equals(authority.certificate().subject(), name))
                .findFirst();
    }

    /** The authority that signs the identities of agents; no signer can name it. */
    public Authority identity() {
        return only(Authority.Role.IDENTITY);
    }

    /** The roots that relying parties should trust, without that of the identities. */
    public List<Authority> publishedRoots() {
        return byId.values().stream()
                .filter(authority -> authority.role() == Authority.Role.ROOT)
                .toList();
    }

    /** Whether it may be fetched by anybody: its certificate stands in the chains that relying parties see. */
    public boolean isPublished(Authority authority) {
        return authority.role() == Authority.Role.ROOT || authority.role() == Authority.Role.ISSUING;
    }

    /** The certificates from that authority upwards, the root included, last. */
    public List<X509> chain(Authority authority) {
        List<X509> chain = new ArrayList<>();
        Authority step = authority;
        chain.add(step.certificate());
        while (!step.isRoot()) {
            step = issuerOf(step);
            chain.add(step.certificate());
        }
        return chain;
    }

    /** Null where every authority that signs is valid, else which one is not. */
    public @Nullable String problem(Instant now) {
        return byId.values().stream()
                .filter(authority -> !authority.isRoot())
                .map(Authority::certificate)
                .filter(certificate -> now.isAfter(certificate.notAfter()) || now.isBefore(certificate.notBefore()))
                .map(certificate -> "a CA is not valid now: it is valid from " + certificate.notBefore() + " to "
                        + certificate.notAfter())
                .findFirst()
                .orElse(null);
    }

    private Authority issuerOf(Authority authority) {
        return find(authority.issuerId())
                .orElseThrow(() -> new IllegalStateException("authority " + authority.id() + " has no issuer"));
    }

    private Authority only(Authority.Role role) {
        return byId.values().stream()
                .filter(authority -> authority.role() == role)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no authority with the role " + role.word()));
    }
}
