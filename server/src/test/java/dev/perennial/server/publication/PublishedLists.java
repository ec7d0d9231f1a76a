package dev.perennial.server.publication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.publication.CrlHistoryIT.Tracked;
import dev.perennial.server.testing.Publication;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The CRLs of one CA as one server serves them, one after the other. */
final class PublishedLists {
    private final Publication publication;
    private final String issuerId;
    private long number;
    private Instant made = Instant.MIN;
    private Set<BigInteger> serials = Set.of();
    private int seen;

    PublishedLists(Publication publication, String issuerId) {
        this.publication = publication;
        this.issuerId = issuerId;
    }

    /** How many different ones there were. */
    int seen() {
        return seen;
    }

    /** Looks at the one of now, which must be right after the one seen before; whether it has just what belongs on it. */
    boolean look(List<Tracked> all, Instant now) {
        X509CRL list = fetch();
        long next = number(list);
        assertThat(next).as("its number").isGreaterThanOrEqualTo(number);
        assertThat(list.getNextUpdate().toInstant()).as("its end").isAfter(now);
        Set<BigInteger> listed = new HashSet<>();
        if (list.getRevokedCertificates() != null) {
            list.getRevokedCertificates().forEach(entry -> listed.add(entry.getSerialNumber()));
        }
        if (next == number + 1) {
            // Of others the list between is not known.
            for (Tracked one : all) {
                assertThat(serials.contains(one.serial()) && !listed.contains(one.serial()) && !one.mayLeave(made))
                        .as("it has left list %s: %s", next, one.serial())
                        .isFalse();
            }
        }
        seen += next == number ? 0 : 1;
        number = next;
        made = list.getThisUpdate().toInstant();
        serials = listed;
        return all.stream().allMatch(one -> belongs(one, listed, now));
    }

    private static boolean belongs(Tracked one, Set<BigInteger> listed, Instant now) {
        @Nullable Boolean belongs = one.belongs(now);
        return belongs == null || belongs == listed.contains(one.serial());
    }

    private X509CRL fetch() {
        byte[] der = publication.get("/ca/" + issuerId + ".crl").body();
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static long number(X509CRL list) {
        byte[] octets = list.getExtensionValue("2.5.29.20");
        // OCTET STRING, then INTEGER, each with a short length.
        return new BigInteger(Arrays.copyOfRange(octets, 4, octets.length)).longValue();
    }
}
