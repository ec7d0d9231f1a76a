package dev.perennial.server.ca;

import dev.perennial.server.ca.Authority.Role;
import dev.perennial.server.db.Database;
import dev.perennial.server.pkix.CertificateId;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.vault.SealKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entry to our CAs as they sign: those that have their certificate, in memory with their keys open, which stay in
 * this room. A change made here is seen before its call is answered, one made by another server when it tells of it or
 * at the next look, {@link #LOOK_MILLIS} later at most. Thread-safe.
 */
public final class Authorities {
    private static final Logger log = LoggerFactory.getLogger(Authorities.class);
    private static final long LOOK_MILLIS = 5_000;

    private final Vertx vertx;
    private final Database database;
    private final AuthorityStore store;
    private volatile Map<String, Authority> byId = Map.of();
    private volatile Map<String, Authority> byOcspName = Map.of();
    private volatile Map<Long, Authority> byNumber = Map.of();
    private volatile String version = "";
    private volatile long timer = -1;

    /** The last reading that was asked for: one after the other, so that none puts older things in a newer one's place. */
    private Future<Void> reading = Future.succeededFuture();

    private Authorities(Vertx vertx, Database database, SealKey sealKey) {
        this.vertx = vertx;
        this.database = database;
        this.store = new AuthorityStore(sealKey);
    }

    /** Reads and opens all of them; fails where {@code sealKey} is not the key that sealed them. */
    public static Future<Authorities> load(Vertx vertx, Database database, SealKey sealKey) {
        Authorities authorities = new Authorities(vertx, database, sealKey);
        return authorities.read().map(authorities);
    }

    /** Looks for changes from now on, whether or not anybody tells of them. */
    public void watch() {
        timer = vertx.setPeriodic(LOOK_MILLIS, fired -> refresh()
                .onFailure(failure -> log.debug("The CAs were not looked at: {}", failure.toString())));
    }

    public void stop() {
        vertx.cancelTimer(timer);
    }

    /** Takes up what was committed before this call. */
    public synchronized Future<Void> refresh() {
        reading = reading.otherwiseEmpty().compose(done -> read());
        return reading;
    }

    private Future<Void> read() {
        return store.version(database)
                .compose(newest -> newest.equals(version) ? Future.succeededFuture() : read(newest));
    }

    /** On a worker: certificates are parsed, and new keys prove themselves. */
    private Future<Void> read(String newest) {
        return store.all(database)
                .compose(rows -> vertx.executeBlocking(
                        () -> {
                            List<AuthorityStore.Sealed> stored = rows.get();
                            Map<String, Authority> read = opened(byId, stored);
                            byOcspName = byOcspName(read.values());
                            byNumber = byNumber(stored, read);
                            byId = read;
                            version = newest;
                            return null;
                        },
                        false));
    }

    private Map<String, Authority> opened(Map<String, Authority> known, List<AuthorityStore.Sealed> rows) {
        Map<String, AuthorityEntry> entries = new LinkedHashMap<>();
        rows.forEach(row -> entries.put(row.entry().id(), row.entry()));
        Map<String, Authority> read = new LinkedHashMap<>();
        for (AuthorityStore.Sealed row : rows) {
            AuthorityEntry entry = row.entry();
            Authority before = known.get(entry.id());
            read.put(
                    entry.id(),
                    new Authority(
                            entry.id(),
                            entry.orgId(),
                            entry.name(),
                            entry.role(),
                            entry.state(),
                            entry.issuerId(),
                            entry.issued(),
                            entry.above(),
                            Issuer.of(chain(entry, entries)),
                            before != null && before.key().publicKey().equals(entry.key())
                                    ? before.key()
                                    : store.open(row)));
        }
        return Collections.unmodifiableMap(read);
    }

    private static Map<Long, Authority> byNumber(List<AuthorityStore.Sealed> stored, Map<String, Authority> byId) {
        Map<Long, Authority> byNumber = new HashMap<>();
        stored.forEach(row -> byNumber.put(
                row.number(), Objects.requireNonNull(byId.get(row.entry().id()))));
        return Map.copyOf(byNumber);
    }

    private static Map<String, Authority> byOcspName(Collection<Authority> authorities) {
        Map<String, Authority> byName = new HashMap<>();
        authorities.forEach(
                authority -> CertificateId.namesOf(authority.issuer()).forEach(name -> byName.put(name, authority)));
        return Map.copyOf(byName);
    }

    private static List<X509> chain(AuthorityEntry authority, Map<String, AuthorityEntry> entries) {
        List<X509> chain = new ArrayList<>();
        AuthorityEntry step = authority;
        chain.add(step.issued());
        while (step.issuerId() != null && !step.issuerId().equals(step.id())) {
            step = Objects.requireNonNull(entries.get(step.issuerId()), "an authority without its issuer");
            chain.add(step.issued());
        }
        chain.addAll(step.above());
        return List.copyOf(chain);
    }

    public Optional<Authority> find(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** All of them, disabled ones and those of the identities too, oldest first. */
    public List<Authority> all() {
        return List.copyOf(byId.values());
    }

    /** The published one that OCSP clients call so (RFC 6960 §4.1.1). */
    public Optional<Authority> byOcspName(String name) {
        return Optional.ofNullable(byOcspName.get(name)).filter(this::isPublished);
    }

    /** The published one of that number: strangers who ask about it cost the database nothing. */
    public Optional<Authority> byNumber(long number) {
        return Optional.ofNullable(byNumber.get(number)).filter(this::isPublished);
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
        return byId.values().stream()
                .filter(authority -> authority.role() == Role.IDENTITY)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no authority with the role " + Role.IDENTITY.word()));
    }

    /**
     * The roots that relying parties should trust, without that of the identities: those of the installation, never an
     * organisation's, whose administrators could make certificates of this server with it.
     */
    public List<Authority> publishedRoots() {
        return byId.values().stream()
                .filter(authority -> authority.role() == Role.ROOT && authority.orgId() == null)
                .toList();
    }

    /** Whether it may be fetched by anybody: its certificate stands in the chains that relying parties see. */
    public boolean isPublished(Authority authority) {
        return authority.role() == Role.ROOT || authority.role() == Role.ISSUING;
    }

    /** The certificates from that authority upwards, the root included, last. */
    public List<X509> chain(Authority authority) {
        List<X509> chain = new ArrayList<>();
        Authority step = authority;
        chain.add(step.certificate());
        while (step.issuerId() != null && !step.isRoot()) {
            step = byId.get(step.issuerId());
            if (step == null) {
                throw new IllegalStateException("authority " + authority.id() + " has no issuer");
            }
            chain.add(step.certificate());
        }
        chain.addAll(step.above());
        return chain;
    }

    /**
     * Null where the authority of identities and those named sign what they are asked to, else what keeps one from it: of
     * others their organisations are told, and the server goes on.
     */
    public @Nullable String problem(Set<String> needed, Instant now) {
        return byId.values().stream()
                .filter(authority -> authority.role() == Role.IDENTITY || needed.contains(authority.id()))
                .map(Authority::certificate)
                .filter(certificate -> now.isAfter(certificate.notAfter()) || now.isBefore(certificate.notBefore()))
                .map(certificate -> "a CA is not valid now: it is valid from " + certificate.notBefore() + " to "
                        + certificate.notAfter())
                .findFirst()
                .orElse(null);
    }
}
