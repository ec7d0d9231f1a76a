package dev.perennial.server.auditor;

import dev.perennial.server.auditor.AuditorStore.StoredAuthority;
import dev.perennial.server.pkix.CaExtensions;
import dev.perennial.server.pkix.Lint;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What must hold of one CA: its columns are its bytes', and what leads to its root leads there. */
final class AuthorityCheck {
    private final Map<String, KnownAuthority> authorities;
    private final Findings findings;

    AuthorityCheck(Map<String, KnownAuthority> authorities, Findings findings) {
        this.authorities = authorities;
        this.findings = findings;
    }

    void check(StoredAuthority stored) {
        String subject = "CA " + stored.id();
        KnownAuthority known = authorities.get(stored.id());
        if (known == null) {
            return; // told already
        }
        X509 authority = known.certificate();
        findings.require(
                Arrays.equals(authority.sha256(), stored.sha256())
                        && Arrays.equals(authority.subject(), stored.subject()),
                subject,
                "its hash or its name is not the stored one");
        try {
            String issuerId = stored.issuerId();
            if (issuerId == null) {
                elsewhere(subject, authority, stored.chain());
            } else {
                here(subject, authority, issuerId);
            }
        } catch (ProblemException e) {
            findings.add(subject, e.detail());
        }
    }

    private void here(String subject, X509 authority, String issuerId) {
        KnownAuthority above = authorities.get(issuerId);
        if (above == null) {
            findings.add(subject, "there is no CA " + issuerId);
            return;
        }
        link(subject, authority, above.certificate());
        Lint.findings(authority, above.issuer()).forEach(finding -> findings.add(subject, finding.toString()));
    }

    /** What others made is not linted: a profile of theirs is nothing that went wrong here. */
    private void elsewhere(String subject, X509 authority, List<byte[]> chain) {
        List<X509> path = new ArrayList<>(List.of(authority));
        chain.forEach(der -> path.add(X509.parse(der)));
        for (int place = 0; place < path.size(); place++) {
            X509 above = path.get(Math.min(place + 1, path.size() - 1));
            link(subject, path.get(place), above);
        }
    }

    private void link(String subject, X509 below, X509 above) {
        findings.require(
                Arrays.equals(below.issuer(), above.subject())
                        && below.verifiedBy(above.key().publicKey()),
                subject,
                "what leads to its root is not signed by the CA above it");
        CaExtensions extensions = CaExtensions.of(above);
        findings.require(extensions.ca() && extensions.signsCertificates(), subject, "what stands above it is no CA");
    }
}
