package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a CA's certificate says of what may stand below it.
 *
 * @param pathLength how many CAs may (RFC 5280 §4.2.1.9); null: without limit
 * @param signsCertificates whether its key usage lets it; no key usage lets it do anything
 * @param signsCrls likewise
 * @param nameConstraints which names may
 * @param purposes to which extended key usages it is limited, as object identifiers; null: to none
 */
public record CaExtensions(
        boolean ca,
        @Nullable Integer pathLength,
        boolean signsCertificates,
        boolean signsCrls,
        NameConstraints nameConstraints,
        @Nullable Set<String> purposes) {
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    /** Those that are looked at here, or say nothing that anybody has to obey. */
    private static final Set<String> UNDERSTOOD = Set.of(
            Extension.BASIC_CONSTRAINTS,
            Extension.KEY_USAGE,
            Extension.NAME_CONSTRAINTS,
            Extension.EXTENDED_KEY_USAGE,
            Extension.SUBJECT_ALTERNATIVE_NAME,
            Extension.CERTIFICATE_POLICIES);

    /**
     * Reads them.
     *
     * @throws ProblemException malformed where they are, or where one is critical that is not understood here (RFC 5280
     *     §4.2)
     */
    public static CaExtensions of(X509 certificate) {
        try {
            return read(certificate.extensions());
        } catch (DerException e) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "The extensions of the CA's certificate are not taken: " + e.detail() + ".");
        }
    }

    static CaExtensions read(Map<String, Extension> extensions) {
        List<String> strange = extensions.values().stream()
                .filter(extension -> extension.critical() && !UNDERSTOOD.contains(extension.oid()))
                .map(Extension::oid)
                .toList();
        if (!strange.isEmpty()) {
            throw new DerException("critical ones that this server does not enforce, " + String.join(", ", strange));
        }
        boolean ca = false;
        Integer pathLength = null;
        Extension basic = extensions.get(Extension.BASIC_CONSTRAINTS);
        if (basic != null) {
            DerReader constraints = basic.reader().enter(DerReader.SEQUENCE);
            ca = constraints.nextIs(DerReader.BOOLEAN) && constraints.bool();
            pathLength = constraints.hasMore() ? constraints.integer().intValue() : null;
            constraints.end();
        }
        Extension usage = extensions.get(Extension.KEY_USAGE);
        Set<KeyUsage> usages = usage == null
                ? Set.of(KeyUsage.values())
                : KeyUsage.ofBits(usage.reader().namedBits());
        Extension names = extensions.get(Extension.NAME_CONSTRAINTS);
        return new CaExtensions(
                ca,
                pathLength,
                usages.contains(KeyUsage.KEY_CERT_SIGN),
                usages.contains(KeyUsage.CRL_SIGN),
                names == null ? NameConstraints.NONE : NameConstraints.read(names.reader()),
                purposes(extensions.get(Extension.EXTENDED_KEY_USAGE)));
    }

    private static @Nullable Set<String> purposes(@Nullable Extension extension) {
        if (extension == null) {
            return null;
        }
        Set<String> purposes = new HashSet<>();
        DerReader list = extension.reader().enterNonEmpty(DerReader.SEQUENCE);
        while (list.hasMore()) {
            purposes.add(list.oid());
        }
        return purposes.contains(ANY_PURPOSE) ? null : Set.copyOf(purposes);
    }
}
