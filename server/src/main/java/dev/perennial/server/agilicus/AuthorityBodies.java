package dev.perennial.server.agilicus;

import dev.perennial.model.CertificateAuthorityJson;
import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.AuthorityOrder;
import dev.perennial.server.ca.CertificateAuthorities;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.DistinguishedName.Attribute;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.NameConstraints;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.ImportedKey;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the body of a POST of a CA is read: one that is to be made, or one that was made elsewhere. */
final class AuthorityBodies {
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_ATTRIBUTE = 255;
    private static final int LONGEST_PASSWORD = 1024;
    private static final int LONGEST_PATH = 10;
    private static final int MOST_CONSTRAINTS = 100;
    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(100 * 365L);
    private static final Duration ROOT = Duration.ofDays(20 * 365L);
    private static final Duration INTERMEDIATE = Duration.ofDays(10 * 365L);

    private final CertificateAuthorityJson.Spec spec;

    AuthorityBodies(CertificateAuthorityJson.Spec spec) {
        this.spec = spec;
    }

    @Nullable
    String orgId() {
        return Required.optional("spec.org_id", spec.orgId(), 64);
    }

    boolean isImport() {
        return spec.certificate() != null || spec.privateKey() != null || spec.pkcs12() != null;
    }

    /** What reads the key, and opens it with its password; it takes a while. */
    Supplier<ImportedKey> imported() {
        boolean more = Stream.of(spec.type(), spec.key(), spec.validity(), spec.issuerId(), spec.pathLength())
                .anyMatch(Objects::nonNull);
        if (more || spec.nameConstraints() != null || spec.name() != null || spec.subject() != null) {
            throw malformed("a CA that is imported is what its certificate says: send org_id, certificate, private_key,"
                    + " pkcs12 and password only");
        }
        String password = spec.password();
        if (password != null && password.length() > LONGEST_PASSWORD) {
            throw malformed("spec.password must be at most " + LONGEST_PASSWORD + " characters");
        }
        String pkcs12 = spec.pkcs12();
        if (pkcs12 == null) {
            String chain = Required.field("spec.certificate", spec.certificate());
            String key = Required.field("spec.private_key", spec.privateKey());
            return () -> ImportedKey.ofPem(certificates(chain), key, password);
        }
        if (spec.certificate() != null || spec.privateKey() != null) {
            throw malformed("send spec.pkcs12, or spec.certificate and spec.private_key");
        }
        byte[] octets = base64(pkcs12);
        String opens = Required.field("spec.password", password);
        return () -> ImportedKey.ofPkcs12(octets, opens);
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getMimeDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw malformed("spec.pkcs12 must be base64");
        }
    }

    /** Certificates in PEM, of which one at least. */
    static List<X509> certificates(String pem) {
        try {
            return X509.parseAll(pem, CertificateAuthorities.LONGEST_CHAIN);
        } catch (ProblemException e) {
            throw malformed("spec.certificate: " + e.detail());
        }
    }

    AuthorityOrder order() {
        String type = Required.field("spec.type", spec.type());
        if (!type.equals("root") && !type.equals("intermediate")) {
            throw malformed("spec.type must be root or intermediate");
        }
        boolean root = type.equals("root");
        String issuerId = Required.optional("spec.issuer_id", spec.issuerId(), 64);
        if (root && issuerId != null) {
            throw malformed("spec.issuer_id: a root signs its own certificate; leave it out, or make an intermediate");
        }
        if (spec.password() != null) {
            throw malformed("spec.password is for a CA that is imported");
        }
        String name = Required.text("spec.name", spec.name(), LONGEST_NAME);
        return new AuthorityOrder(
                orgId(),
                name,
                subject(name),
                root,
                kind(spec.key()),
                issuerId,
                validity(root, issuerId),
                pathLength(root),
                constraints());
    }

    private DistinguishedName subject(String name) {
        CertificateAuthorityJson.Subject more = spec.subject();
        List<Attribute> attributes = new ArrayList<>();
        if (more != null) {
            String country = more.country();
            if (country != null && !country.matches("[A-Z]{2}")) {
                throw malformed("spec.subject.country must be two capital letters (ISO 3166)");
            }
            add(attributes, "C", "country", country);
            add(attributes, "O", "organization", more.organization());
            add(attributes, "OU", "organizational_unit", more.organizationalUnit());
        }
        attributes.add(new Attribute("CN", name));
        try {
            return DistinguishedName.of(attributes);
        } catch (ProblemException e) {
            throw malformed("spec.name, spec.subject: " + e.detail());
        }
    }

    private static void add(List<Attribute> attributes, String type, String field, @Nullable String value) {
        String given = Required.optional("spec.subject." + field, value, LONGEST_ATTRIBUTE);
        if (given != null) {
            attributes.add(new Attribute(type, given));
        }
    }

    private static KeyKind kind(@Nullable String word) {
        return word == null
                ? KeyKind.EC_P384
                : KeyKind.of(word)
                        .orElseThrow(() -> malformed("spec.key must be one of "
                                + Stream.of(KeyKind.values()).map(KeyKind::word).collect(Collectors.joining(", "))));
    }

    private Duration validity(boolean root, @Nullable String issuerId) {
        String text = spec.validity();
        if (text == null) {
            return root ? ROOT : INTERMEDIATE;
        }
        if (!root && issuerId == null) {
            throw malformed("spec.validity: whoever signs a CA elsewhere says how long it lasts; leave it out");
        }
        try {
            Duration validity = Duration.parse(text);
            if (validity.compareTo(SHORTEST) >= 0 && validity.compareTo(LONGEST) <= 0) {
                return validity;
            }
        } catch (DateTimeParseException e) {
            // Said below, as for one that is too long.
        }
        throw malformed("spec.validity must be an ISO 8601 duration of P1D to P36500D, like P3650D");
    }

    private int pathLength(boolean root) {
        Integer wanted = spec.pathLength();
        if (wanted == null) {
            return root ? 1 : 0;
        }
        if (wanted < 0 || wanted > LONGEST_PATH) {
            throw malformed("spec.path_length must be 0 to " + LONGEST_PATH);
        }
        return wanted;
    }

    private NameConstraints constraints() {
        CertificateAuthorityJson.NameConstraints wanted = spec.nameConstraints();
        if (wanted == null) {
            return NameConstraints.NONE;
        }
        List<String> permitted = wanted.permitted() == null ? List.of() : wanted.permitted();
        List<String> excluded = wanted.excluded() == null ? List.of() : wanted.excluded();
        if (permitted.size() + excluded.size() > MOST_CONSTRAINTS) {
            throw malformed("spec.name_constraints: more than " + MOST_CONSTRAINTS);
        }
        try {
            return NameConstraints.of(permitted, excluded);
        } catch (ProblemException e) {
            throw malformed("spec.name_constraints: " + e.detail());
        }
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
