package dev.perennial.server.fastly;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.PathId;
import dev.perennial.server.keys.KeyNames;
import dev.perennial.server.keys.KeyWanted;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.DistinguishedName.Attribute;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.policy.Usages;
import dev.perennial.server.problem.ProblemException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a client asks for: attributes of the subject, names, and a key that is there or one of a type. */
final class RequestBody {
    private static final int MOST_NAMES = 100;

    /** Where current SDKs put the key: an attribute whose very name has dots. */
    private static final String FLAT_KEY = "relationships.tls_private_key.id";

    private static final Map<String, KeyKind> KEY_TYPES =
            Map.of("RSA2048", KeyKind.RSA_2048, "ECDSA256", KeyKind.EC_P256);

    /** In the order in which names are read. */
    private static final Map<String, String> SUBJECT = new LinkedHashMap<>();

    static {
        SUBJECT.put("country", "C");
        SUBJECT.put("state", "ST");
        SUBJECT.put("city", "L");
        SUBJECT.put("postal_code", "postalCode");
        SUBJECT.put("street_address", "STREET");
        SUBJECT.put("organization", "O");
        SUBJECT.put("organizational_unit", "OU");
        SUBJECT.put("common_name", "CN");
        SUBJECT.put("email", "emailAddress");
    }

    private static final Usages USAGES =
            Usages.parse("", List.of("digital signature", "key encipherment", "server auth"));

    private RequestBody() {}

    /** @throws ProblemException malformed, {@code badCSR} or notFound, saying which field it is about */
    static KeyWanted read(JsonNode data, String orgId) {
        String type = JsonApi.text(data, "type");
        if (type != null && !type.isEmpty() && !type.equals("csr")) {
            throw malformed("type must be csr");
        }
        JsonNode attributes = data.path("attributes");
        Set<Identifier> names = names(attributes.path("sans"));
        String first = names.iterator().next().value();
        String keyId = keyId(data, attributes);
        String keyType = JsonApi.text(attributes, "key_type");
        boolean typed = keyType != null && !keyType.isEmpty();
        if (keyId != null && typed) {
            throw malformed("tls_private_key and key_type are both specified: specify one of them");
        }
        KeyKind kind = KEY_TYPES.get(typed ? keyType : "RSA2048");
        if (kind == null) {
            throw malformed("key_type must be one of RSA2048, ECDSA256");
        }
        String email = JsonApi.text(attributes, "email");
        if (email != null && !email.isEmpty()) {
            // RFC 5280 §4.2.1.6: an address that stands in the subject has to stand here too.
            names.add(Identifier.email(email));
        }
        DistinguishedName subject = subject(attributes);
        String called = "csr for " + first;
        String name = called.substring(0, Math.min(called.length(), KeyNames.LONGEST));
        return new KeyWanted(orgId, keyId, kind, name, subject, List.copyOf(names), USAGES);
    }

    private static Set<Identifier> names(JsonNode sans) {
        if (!sans.isArray() || sans.isEmpty()) {
            throw malformed("sans is required: an array of fully qualified domain names or IP addresses");
        }
        if (sans.size() > MOST_NAMES) {
            throw malformed("sans must not have more than " + MOST_NAMES + " entries");
        }
        Set<Identifier> names = new LinkedHashSet<>();
        for (JsonNode one : sans) {
            if (!one.isTextual()) {
                throw malformed("sans must be strings");
            }
            String text = one.textValue();
            boolean address = text.indexOf(':') >= 0 || text.matches("[0-9.]{1,45}");
            names.add(address ? Identifier.ip(text) : Identifier.dns(text));
        }
        return names;
    }

    private static DistinguishedName subject(JsonNode attributes) {
        List<Attribute> subject = new ArrayList<>();
        SUBJECT.forEach((field, type) -> {
            String value = JsonApi.text(attributes, field);
            if (value != null && !value.isEmpty()) {
                subject.add(new Attribute(type, value));
            }
        });
        return DistinguishedName.of(subject);
    }

    /** In whichever of its spellings it comes; null where none does. What no id can look like is no key's. */
    private static @Nullable String keyId(JsonNode data, JsonNode attributes) {
        JsonNode related = data.path("relationships").path("tls_private_key");
        List<String> all = Stream.of(
                        JsonApi.text(attributes, FLAT_KEY),
                        JsonApi.text(related.path("data"), "id"),
                        JsonApi.text(related, "id"),
                        JsonApi.text(data, FLAT_KEY))
                .filter(Objects::nonNull)
                .filter(id -> !id.isEmpty())
                .distinct()
                .toList();
        if (all.size() > 1) {
            throw malformed("two different tls_private_key are specified");
        }
        if (all.isEmpty()) {
            return null;
        }
        String id = all.get(0);
        if (!PathId.isId(id)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "there is no such key");
        }
        return id;
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
