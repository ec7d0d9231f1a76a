package dev.perennial.server.auditor;

import dev.perennial.server.auditor.StoredDecision.Terms;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Lint;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.policy.Profile;
import dev.perennial.server.policy.Usages;
import dev.perennial.server.problem.ProblemException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether a certificate is what was decided: the key and no name but those of the PKCS#10, read anew from its bytes, under
 * the terms of the signer where these are older than the certificate, else under those of some profile.
 */
final class DecisionCheck {
    /** Servers hear of changed terms at different moments, all within a second. */
    private static final Duration BY_THEN_KNOWN = Duration.ofSeconds(10);

    private final Findings findings;

    DecisionCheck(Findings findings) {
        this.findings = findings;
    }

    /** @param authority null where it is made elsewhere, or by nobody that is known: then only the key is asked about */
    void check(
            String subject,
            X509 certificate,
            @Nullable KnownAuthority authority,
            StoredCertificate stored,
            StoredDecision decided) {
        try {
            Pkcs10 pkcs10 = Pkcs10.parse(decided.pkcs10());
            columns(subject, pkcs10, decided);
            findings.require(
                    Arrays.equals(certificate.subjectPublicKeyInfo(), pkcs10.subjectPublicKeyInfo()),
                    subject,
                    "its key is not the request's");
            if (authority != null) {
                names(subject, certificate, pkcs10);
                terms(subject, certificate, authority.issuer(), stored, decided);
            }
        } catch (ProblemException e) {
            findings.add(subject, e.detail());
        }
    }

    private void columns(String subject, Pkcs10 pkcs10, StoredDecision decided) {
        Set<String> names = new TreeSet<>(texts(pkcs10.identifiers()));
        findings.require(
                Arrays.equals(pkcs10.spkiSha256(), decided.spkiSha256())
                        && Objects.equals(pkcs10.commonName(), decided.commonName())
                        && names.equals(new TreeSet<>(decided.identifiers())),
                subject,
                "the names and the key in the row of its request are not those of the PKCS#10");
    }

    private void names(String subject, X509 certificate, Pkcs10 pkcs10) {
        List<String> more = new ArrayList<>(texts(certificate.identifiers()));
        more.removeAll(texts(pkcs10.identifiers()));
        findings.require(more.isEmpty(), subject, "names that nobody decided about: " + String.join(", ", more));
        DistinguishedName name = DistinguishedName.parse(certificate.subject());
        findings.require(
                Set.copyOf(pkcs10.subject().attributes()).containsAll(name.attributes()),
                subject,
                "a subject that nobody decided about: " + name);
    }

    private static List<String> texts(List<Identifier> names) {
        return names.stream().map(Identifier::toString).toList();
    }

    private void terms(
            String subject, X509 certificate, Issuer issuer, StoredCertificate stored, StoredDecision decided) {
        Terms terms = decided.terms();
        KeyKind kind = certificate.key().kind();
        Usages usages = Usages.parse("usages", decided.usages());
        if (stored.created().isAfter(terms.since().plus(BY_THEN_KNOWN))) {
            CertificateProfile expected =
                    onTerms(terms.profile().certificate(kind, usages), terms.policies(), terms.noRevocation());
            Lint.differences(certificate, issuer, expected)
                    .forEach(difference -> findings.add(subject, difference.toString()));
            duration(subject, certificate, stored.cutShort(), terms);
            return;
        }
        List<String> policies = certificate.policies();
        boolean noRevocation = certificate.hasNoRevocation();
        findings.require(
                Arrays.stream(Profile.values())
                        .map(any -> onTerms(any.certificate(kind, usages), policies, noRevocation))
                        .anyMatch(any ->
                                Lint.differences(certificate, issuer, any).isEmpty()),
                subject,
                "usages that no profile gives");
    }

    private static CertificateProfile onTerms(CertificateProfile profile, List<String> policies, boolean noRevocation) {
        CertificateProfile with = profile.withPolicies(policies);
        return noRevocation ? with.withoutRevocation() : with;
    }

    /** To the second, its end included; a person may have signed for a shorter time. */
    private void duration(String subject, X509 certificate, boolean cutShort, Terms terms) {
        Duration lasts = Duration.between(certificate.notBefore(), certificate.notAfter())
                .plusSeconds(1);
        Duration wanted = terms.validity().truncatedTo(ChronoUnit.SECONDS);
        boolean shorter = lasts.compareTo(wanted) < 0;
        findings.require(
                lasts.equals(wanted) || (shorter && (cutShort || terms.manual())),
                subject,
                "it lasts " + lasts + ", and its signer's last " + wanted);
    }
}
