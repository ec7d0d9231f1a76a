package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a PKCS#10 asks for beside its subject (RFC 2985 §5.4.2). Only the names are taken over; what would make a CA, or
 * is critical and not understood, is refused; the rest is dropped: extensions come from the profile alone.
 */
final class RequestedExtensions {
    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
    private static final int MAX_USAGES = 20;
    private static final Set<String> MAY_BE_CRITICAL = Set.of(
            Extension.SUBJECT_ALTERNATIVE_NAME,
            Extension.BASIC_CONSTRAINTS,
            Extension.KEY_USAGE,
            Extension.EXTENDED_KEY_USAGE);

    private RequestedExtensions() {}

    /** Reads the attributes of a PKCS#10, {@code [0]} and all, and returns the subject alternative names. */
    static List<Identifier> read(DerReader attributes) {
        List<Identifier> names = List.of();
        boolean seen = false;
        while (attributes.hasMore()) {
            DerReader attribute = attributes.enter(DerReader.SEQUENCE);
            String type = attribute.oid();
            DerReader values = attribute.enterNonEmpty(DerReader.SET);
            attribute.end();
            // Other attributes, challengePassword among them, are not looked at: they are nobody's business here.
            if (type.equals(EXTENSION_REQUEST)) {
                if (seen) {
                    throw bad("There is more than one extensionRequest attribute.");
                }
                seen = true;
                names = namesIn(Extension.readAll(values));
                values.end();
            }
        }
        return names;
    }

    private static List<Identifier> namesIn(Map<String, Extension> extensions) {
        List<Identifier> names = List.of();
        for (Extension extension : extensions.values()) {
            if (extension.oid().equals(Extension.PRECERTIFICATE_POISON)) {
                throw bad("The precertificate poison extension is not for requests (RFC 6962 §3.1).");
            }
            if (extension.critical() && !MAY_BE_CRITICAL.contains(extension.oid())) {
                throw bad("The extension " + extension.oid() + " is critical and may not be asked for.");
            }
            switch (extension.oid()) {
                case Extension.SUBJECT_ALTERNATIVE_NAME -> names = GeneralNames.read(extension.value());
                case Extension.BASIC_CONSTRAINTS -> checkBasicConstraints(extension.reader());
                case Extension.KEY_USAGE -> checkKeyUsage(extension.reader());
                case Extension.EXTENDED_KEY_USAGE -> checkExtendedKeyUsage(extension.reader());
                case Extension.NAME_CONSTRAINTS,
                        Extension.CRL_DISTRIBUTION_POINTS,
                        Extension.CERTIFICATE_POLICIES,
                        Extension.AUTHORITY_INFORMATION_ACCESS ->
                    extension.reader().enterNonEmpty(DerReader.SEQUENCE);
                default -> {}
            }
        }
        return names;
    }

    private static void checkBasicConstraints(DerReader reader) {
        DerReader constraints = reader.enter(DerReader.SEQUENCE);
        if (constraints.nextIs(DerReader.BOOLEAN) && constraints.bool()) {
            throw bad("It asks for a CA certificate (basicConstraints CA:TRUE); only end entities are certified.");
        }
        constraints.end();
    }

    private static void checkKeyUsage(DerReader reader) {
        int bits = reader.namedBits();
        if (KeyUsage.KEY_CERT_SIGN.isIn(bits) || KeyUsage.CRL_SIGN.isIn(bits)) {
            throw bad("It asks for the key usage of a CA (keyCertSign or cRLSign); only end entities are certified.");
        }
    }

    private static void checkExtendedKeyUsage(DerReader reader) {
        DerReader usages = reader.enterNonEmpty(DerReader.SEQUENCE);
        for (int count = 0; usages.hasMore(); count++) {
            if (count == MAX_USAGES) {
                throw bad("There are more than " + MAX_USAGES + " extended key usages.");
            }
            usages.oid();
        }
    }

    private static ProblemException bad(String message) {
        return ProblemException.of(ProblemType.BAD_CSR, message);
    }
}
