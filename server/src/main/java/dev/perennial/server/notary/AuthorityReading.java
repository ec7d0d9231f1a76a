package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.ca.AuthorityEntry;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;

/** CAs by their numbers, as a caller may see them. */
final class AuthorityReading {
    private static final int MOST = 5_000;

    private final CertificateAuthorities authorities;
    private final InstantSource clock;

    AuthorityReading(CertificateAuthorities authorities, InstantSource clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /** A CA, and the number that it goes by here. */
    record Numbered(long number, AuthorityEntry entry) {}

    /** Fails with notFound where there is none of that number that the caller may see. */
    Future<AuthorityEntry> get(Caller caller, long number) {
        return authorities.byNumber(number).compose(id -> authorities.get(caller, id));
    }

    /** All that the caller may see, in the order of their numbers. */
    Future<List<Numbered>> list(Caller caller) {
        return authorities.list(caller, null, MOST).compose(entries -> authorities
                .numbers(entries.stream().map(AuthorityEntry::id).toList())
                .map(numbers -> entries.stream()
                        .filter(entry -> numbers.containsKey(entry.id()))
                        .map(entry -> new Numbered(Objects.requireNonNull(numbers.get(entry.id())), entry))
                        .toList()));
    }

    /** The id of one that may sign now; fails with conflict where it is disabled, waits, or is not in its time. */
    Future<String> active(Caller caller, long number) {
        return get(caller, number).map(entry -> {
            X509 certificate = entry.certificate();
            Instant now = clock.instant();
            if (entry.state() != Authority.State.ENABLED
                    || certificate == null
                    || now.isBefore(certificate.notBefore())
                    || now.isAfter(certificate.notAfter())) {
                throw ProblemException.of(
                        ProblemType.CONFLICT, "the certificate authority is not active: enable it, or name another");
            }
            return entry.id();
        });
    }
}
