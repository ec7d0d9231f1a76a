package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a CA's own certificate and all above it leave it to certify (RFC 5280 §6.1): who verifies would refuse anything
 * else, so it is not signed in the first place.
 *
 * @param constraints those of each CA that has some
 * @param pathLength how many CAs may stand below it; null: without limit
 * @param purposes the extended key usages that are left; null: all
 */
public record IssuerLimits(
        List<NameConstraints> constraints,
        @Nullable Integer pathLength,
        @Nullable Set<String> purposes) {
    static final IssuerLimits NONE = new IssuerLimits(List.of(), null, null);

    /** @param chain the issuing CA's certificate first, its root last */
    public static IssuerLimits of(List<X509> chain) {
        List<NameConstraints> constraints = new ArrayList<>();
        Integer pathLength = null;
        Set<String> purposes = null;
        int below = 0;
        for (X509 certificate : chain) {
            CaExtensions extensions = CaExtensions.of(certificate);
            if (!extensions.nameConstraints().isEmpty()) {
                constraints.add(extensions.nameConstraints());
            }
            Integer own = extensions.pathLength();
            if (own != null) {
                pathLength = pathLength == null ? own - below : Math.min(pathLength, own - below);
            }
            Set<String> these = extensions.purposes();
            if (these != null) {
                purposes = purposes == null ? these : both(purposes, these);
            }
            // RFC 5280 §4.2.1.9: certificates that a CA issued for itself do not count.
            below += certificate.isSelfIssued() ? 0 : 1;
        }
        return new IssuerLimits(List.copyOf(constraints), pathLength, purposes);
    }

    private static Set<String> both(Set<String> one, Set<String> other) {
        Set<String> both = new LinkedHashSet<>(one);
        both.retainAll(other);
        return Set.copyOf(both);
    }

    /** @throws ProblemException rejectedIdentifier naming the names, or conflict, where it may not be certified */
    public void check(CertificatePlan plan) {
        if (plan.profile().ca()) {
            requireDepth(plan.profile().pathLength());
        }
        requireNames(plan.subject(), plan.identifiers());
        Set<String> left = purposes;
        // Who answers for a CA is found by the CA's key, not by a path of purposes (RFC 6960 §4.2.2.2).
        if (left != null && !plan.profile().responder() && !plan.profile().ca()) {
            List<String> beyond = plan.profile().extendedKeyUsages().stream()
                    .filter(purpose -> !left.contains(purpose.oid()))
                    .map(ExtendedKeyUsage::name)
                    .toList();
            if (!beyond.isEmpty()) {
                throw ProblemException.of(
                        ProblemType.CONFLICT,
                        "The CA " + plan.issuer().name() + " may not certify for " + String.join(", ", beyond)
                                + ": its own certificate, or one above it, is limited to other purposes.");
            }
        }
    }

    /**
     * The names that a certificate may have below this CA.
     *
     * @throws ProblemException rejectedIdentifier naming those that it may not
     */
    public void requireNames(DistinguishedName subject, List<Identifier> identifiers) {
        List<String> violations = constraints.stream()
                .flatMap(one -> one.violations(subject, identifiers).stream())
                .distinct()
                .toList();
        if (!violations.isEmpty()) {
            throw ProblemException.of(
                            ProblemType.REJECTED_IDENTIFIER,
                            "the name constraints of the CA do not let it certify these names"
                                    + " (RFC 5280 §4.2.1.10)")
                    .about(violations);
        }
    }

    /** @throws ProblemException conflict where no CA with that path length may stand below */
    private void requireDepth(@Nullable Integer wanted) {
        Integer left = pathLength;
        if (left == null) {
            return;
        }
        if (left < 1) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "No CA may stand below this issuer: its path length is used up (RFC 5280 §4.2.1.9).");
        }
        if (wanted != null && wanted >= left) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "A CA below this issuer has a path length of at most " + (left - 1) + " (RFC 5280 §4.2.1.9).");
        }
    }
}
