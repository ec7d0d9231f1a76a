package dev.perennial.server.auditor;

import dev.perennial.server.auditor.AuditorStore.Listed;
import dev.perennial.server.auditor.AuditorStore.StoredList;
import dev.perennial.server.pkix.PublishedList;
import dev.perennial.server.pkix.X509;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold of one CRL: it is the CA's, and lists what is revoked. */
final class ListCheck {
    private final Instant now;
    private final Findings findings;

    ListCheck(Instant now, Findings findings) {
        this.now = now;
        this.findings = findings;
    }

    /** @param revoked all of the CA's that it may have to list */
    void check(StoredList stored, @Nullable KnownAuthority authority, List<Listed> revoked) {
        String subject = "CRL of the CA " + stored.issuerId();
        if (authority == null) {
            findings.add(subject, "there is no such CA");
            return;
        }
        try {
            check(subject, stored, authority.certificate(), PublishedList.parse(stored.der()), revoked);
        } catch (IllegalArgumentException e) {
            findings.add(subject, "it is none: " + e.getMessage());
        }
    }

    private void check(String subject, StoredList stored, X509 authority, PublishedList list, List<Listed> revoked) {
        findings.require(
                list.verifiedBy(authority.key().publicKey()) && Arrays.equals(list.issuer(), authority.subject()),
                subject,
                "it is not signed by the CA");
        findings.require(
                list.number() == stored.number()
                        && list.thisUpdate().equals(stored.thisUpdate())
                        && list.nextUpdate().equals(stored.nextUpdate())
                        && list.entries().size() == stored.entries(),
                subject,
                "its number, times or size are not the stored ones");
        findings.require(list.nextUpdate().isAfter(now), subject, "it is over since " + list.nextUpdate());
        Map<String, Instant> must = new HashMap<>();
        revoked.forEach(one -> must.put(one.serial(), one.revoked()));
        Set<String> wrong = new HashSet<>(list.entries().keySet());
        wrong.removeAll(must.keySet());
        findings.require(
                wrong.isEmpty() || stored.stale(), subject, "lists what is not revoked: " + Findings.some(wrong));
        Set<String> missing = new HashSet<>();
        must.forEach((serial, at) -> {
            boolean late = at.plus(CertificateCheck.UNLISTED_LATE).isBefore(now) && at.isBefore(list.thisUpdate());
            if (late && !list.entries().containsKey(serial)) {
                missing.add(serial);
            }
        });
        findings.require(missing.isEmpty(), subject, "does not list what is revoked: " + Findings.some(missing));
    }
}
