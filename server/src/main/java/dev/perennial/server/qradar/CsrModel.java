package dev.perennial.server.qradar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Json;
import dev.perennial.server.keys.KeyNames;
import dev.perennial.server.keys.KeyWanted;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.DistinguishedName.Attribute;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The body of a POST: each field is read under its own unique code, and one that is none is refused. */
final class CsrModel {
    private static final int MOST_NAMES = 100;

    /** A field of the subject, and the attribute that it is. */
    private record SubjectField(String name, String type, UniqueCode code) {}

    /** In the order of the page, which is that of the name that is made. */
    private static final List<SubjectField> SUBJECT = List.of(
            new SubjectField("country_name", "C", UniqueCode.COUNTRY),
            new SubjectField("state_province", "ST", UniqueCode.SUBJECT),
            new SubjectField("locality", "L", UniqueCode.SUBJECT),
            new SubjectField("organization_name", "O", UniqueCode.SUBJECT),
            new SubjectField("organizational_unit", "OU", UniqueCode.SUBJECT),
            new SubjectField("common_name", "CN", UniqueCode.COMMON_NAME),
            new SubjectField("street_address", "STREET", UniqueCode.SUBJECT),
            new SubjectField("domain_component", "DC", UniqueCode.SUBJECT),
            new SubjectField("user_id", "UID", UniqueCode.SUBJECT));

    /** A list of alternative names, and their type. */
    private record NameField(String name, Identifier.Type type, UniqueCode code) {}

    private static final List<NameField> NAMES = List.of(
            new NameField("dns", Identifier.Type.DNS, UniqueCode.DNS),
            new NameField("ip_addresses", Identifier.Type.IP, UniqueCode.IP_ADDRESS),
            new NameField("emails", Identifier.Type.EMAIL, UniqueCode.EMAIL),
            new NameField("uri_list", Identifier.Type.URI, UniqueCode.URI));

    private static final Map<Integer, KeyKind> SIZES =
            Map.of(2048, KeyKind.RSA_2048, 3072, KeyKind.RSA_3072, 4096, KeyKind.RSA_4096);

    private static final Set<String> FIELDS = fields();

    private final JsonNode body;

    private CsrModel(JsonNode body) {
        this.body = body;
    }

    private static Set<String> fields() {
        // The id is in upstream's sample, and the server's to give.
        Set<String> fields = new TreeSet<>(List.of("id", "purpose", "key_size", "description"));
        SUBJECT.forEach(field -> fields.add(field.name()));
        NAMES.forEach(field -> fields.add(field.name()));
        return Set.copyOf(fields);
    }

    /** @throws UniqueCodeException saying which field it is about */
    static KeyWanted read(@Nullable Buffer buffer, String orgId) {
        CsrModel model = new CsrModel(object(buffer));
        model.requireKnownFields();
        Purpose purpose = model.purpose();
        if (model.text("common_name", UniqueCode.COMMON_NAME) == null) {
            throw UniqueCode.COMMON_NAME.because("common_name is required");
        }
        KeyKind kind = model.keyKind();
        return new KeyWanted(orgId, null, kind, model.description(), model.subject(), model.names(), purpose.usages());
    }

    private static JsonNode object(@Nullable Buffer buffer) {
        try {
            return Json.read(buffer, ObjectNode.class);
        } catch (ProblemException malformed) {
            throw UniqueCode.BODY.because(malformed.detail());
        }
    }

    /** A field that is misspelt would be missing in the certificate. */
    private void requireKnownFields() {
        body.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                throw UniqueCode.BODY.because(
                        "there is a field that a CSRModel does not have; it has " + new TreeSet<>(FIELDS));
            }
        });
    }

    private Purpose purpose() {
        String word = text("purpose", UniqueCode.PURPOSE);
        if (word == null) {
            throw UniqueCode.PURPOSE.because("purpose is required: one of " + Purpose.words());
        }
        return Purpose.of(word)
                .orElseThrow(() -> UniqueCode.PURPOSE.because("purpose must be one of " + Purpose.words()));
    }

    private KeyKind keyKind() {
        JsonNode size = body.path("key_size");
        if (size.isMissingNode() || size.isNull()) {
            return KeyKind.RSA_2048;
        }
        KeyKind kind = size.isIntegralNumber() && size.canConvertToInt() ? SIZES.get(size.intValue()) : null;
        if (kind == null) {
            throw UniqueCode.KEY_SIZE.because("key_size must be one of " + new TreeSet<>(SIZES.keySet()));
        }
        return kind;
    }

    private String description() {
        String description = text("description", UniqueCode.DESCRIPTION);
        if (description == null) {
            return "";
        }
        if (!KeyNames.isSound(description)) {
            throw UniqueCode.DESCRIPTION.because("description must have at most " + KeyNames.LONGEST
                    + " characters, and no control or formatting characters");
        }
        return description;
    }

    private DistinguishedName subject() {
        List<Attribute> subject = new ArrayList<>();
        for (SubjectField field : SUBJECT) {
            String value = text(field.name(), field.code());
            if (value != null) {
                Attribute attribute = new Attribute(field.type(), value);
                checked(field.name(), field.code(), () -> DistinguishedName.of(List.of(attribute)));
                subject.add(attribute);
            }
        }
        return checked("the subject", UniqueCode.SUBJECT, () -> DistinguishedName.of(subject));
    }

    private List<Identifier> names() {
        Set<Identifier> names = new LinkedHashSet<>();
        for (NameField field : NAMES) {
            JsonNode list = body.path(field.name());
            if (list.isMissingNode() || list.isNull()) {
                continue;
            }
            if (!list.isArray() || names.size() + list.size() > MOST_NAMES) {
                throw field.code()
                        .because(field.name() + " must be a list; all lists together have at most " + MOST_NAMES
                                + " entries");
            }
            for (JsonNode one : list) {
                if (!one.isTextual()) {
                    throw field.code().because(field.name() + " must be a list of strings");
                }
                names.add(checked(field.name(), field.code(), () -> new Identifier(field.type(), one.textValue())));
            }
        }
        return List.copyOf(names);
    }

    /** Null where it is not there, null or empty: clients fill forms. */
    private @Nullable String text(String field, UniqueCode code) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw code.because(field + " must be a string");
        }
        return value.textValue().isEmpty() ? null : value.textValue();
    }

    /** What the core says of a value is said under the code of its field. */
    private static <T> T checked(String field, UniqueCode code, Supplier<T> making) {
        try {
            return making.get();
        } catch (ProblemException bad) {
            throw code.because(field + ": " + bad.detail());
        }
    }
}
