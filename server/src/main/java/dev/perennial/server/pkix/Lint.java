package dev.perennial.server.pkix;

import dev.perennial.server.pkix.PlanRules.Planned;
import dev.perennial.server.pkix.ProfileRules.Profiled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The last look before a signature, and the look back: reads a TBSCertificate from its bytes and asks every rule of the
 * profile (RFC 5280 and what goes with it), before a signature also whether it says what was planned. It shares no step
 * with the encoder but the reading of DER. The rules are listed in docs/lint.md.
 */
public final class Lint {
    private Lint() {}

    /**
     * What a certificate that {@code issuer} issued breaks of the profile; nothing where all is well. For a root, the issuer
     * is itself.
     */
    public static List<LintFinding> findings(X509 certificate, Issuer issuer) {
        return findings(certificate.sharedTbs(), issuer);
    }

    /** Where a certificate that {@code issuer} issued is to be used otherwise than {@code profile} says. */
    public static List<LintFinding> differences(X509 certificate, Issuer issuer, CertificateProfile profile) {
        List<LintFinding> findings = new ArrayList<>(0);
        LintedCertificate linted = read(certificate.sharedTbs(), issuer, findings);
        if (linted != null) {
            Profiled profiled = new Profiled(linted, profile);
            ask(ProfileRules.OF_VALUES, profiled, findings);
            ask(List.of(ProfileRules.OF_PRESENCE), profiled, findings);
        }
        return List.copyOf(findings);
    }

    static List<LintFinding> findings(byte[] tbs, Issuer issuer) {
        List<LintFinding> findings = new ArrayList<>(0);
        LintedCertificate certificate = read(tbs, issuer, findings);
        if (certificate != null) {
            ask(LintRules.OF_CERTIFICATES, certificate, findings);
        }
        return List.copyOf(findings);
    }

    /** @throws LintException naming every rule that {@code tbs} breaks, of the profile or of the plan */
    public static void check(byte[] tbs, CertificatePlan plan, SignatureAlgorithm algorithm) {
        List<LintFinding> findings = new ArrayList<>(0);
        LintedCertificate certificate = read(tbs, plan.issuer(), findings);
        if (certificate != null) {
            ask(LintRules.OF_CERTIFICATES, certificate, findings);
            ask(PlanRules.ALL, new Planned(certificate, plan, algorithm), findings);
        }
        if (!findings.isEmpty()) {
            throw new LintException(findings);
        }
    }

    private static @Nullable LintedCertificate read(byte[] tbs, Issuer issuer, List<LintFinding> findings) {
        try {
            DerLimits.check(tbs);
        } catch (DerException e) {
            findings.add(LintRules.NOT_DER);
            return null;
        }
        try {
            return LintedCertificate.read(tbs, issuer);
        } catch (DerException e) {
            findings.add(LintRules.NO_FRAME);
            return null;
        }
    }

    private static <T> void ask(List<LintRule<T>> rules, T linted, List<LintFinding> findings) {
        for (LintRule<T> rule : rules) {
            if (!rule.holds().test(linted)) {
                findings.add(rule.finding());
            }
        }
    }
}
