package dev.perennial.server.ca;

import dev.perennial.server.pkix.X509;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * From when on certificates end with their CA instead of lasting as long as their signer says: told long before, for a
 * new CA has to be trusted before the old one is left.
 */
public final class CutShort {
    /** Half a year, or a quarter of the CA's own time where that is shorter. */
    private static final Duration LONGEST_NOTICE = Duration.ofDays(180);

    private final Authorities authorities;
    private final Signers signers;
    private final Duration identityValidity;
    private final InstantSource clock;

    /** @param identityValidity of the certificates that the identities' CA signs */
    public CutShort(Authorities authorities, Signers signers, Duration identityValidity, InstantSource clock) {
        this.authorities = authorities;
        this.signers = signers;
        this.identityValidity = identityValidity;
        this.clock = clock;
    }

    private record Use(Authority authority, Instant from) {
        boolean isNear(Instant now) {
            X509 certificate = authority.certificate();
            Duration quarter = Duration.between(certificate.notBefore(), certificate.notAfter())
                    .dividedBy(4);
            Duration notice = quarter.compareTo(LONGEST_NOTICE) < 0 ? quarter : LONGEST_NOTICE;
            return !now.isBefore(from.minus(notice));
        }
    }

    /** From when on certificates of the signers that use this CA are cut short; empty where none does. */
    public Optional<Instant> from(String authorityId) {
        return authorities.find(authorityId).flatMap(this::use).map(Use::from);
    }

    private Optional<Use> use(Authority authority) {
        Stream<Duration> validities = authority.role() == Authority.Role.IDENTITY
                ? Stream.of(identityValidity)
                : signers.all().stream()
                        .filter(signer -> signer.enabled() && authority.id().equals(signer.authorityId()))
                        .map(Signer::validity);
        return validities
                .max(Duration::compareTo)
                .map(longest ->
                        new Use(authority, authority.certificate().notAfter().minus(longest)));
    }

    private List<Use> uses() {
        return authorities.all().stream()
                .filter(authority -> authority.state() == Authority.State.ENABLED)
                .map(this::use)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Seconds until the first signer's certificates are cut short, negative when they are: for alarms. */
    public double seconds() {
        Instant now = clock.instant();
        return uses().stream()
                .mapToDouble(use -> Duration.between(now, use.from()).toSeconds())
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** Null where there is time, else which CA comes to its end. */
    public @Nullable String warning() {
        Instant now = clock.instant();
        List<String> near = uses().stream()
                .filter(use -> use.isNear(now))
                .map(use -> use.authority().id() + " from " + use.from())
                .toList();
        return near.isEmpty()
                ? null
                : "certificates will be cut short by the end of their CA, so make another one in time: "
                        + String.join(", ", near);
    }
}
