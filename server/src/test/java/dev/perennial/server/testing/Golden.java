package dev.perennial.server.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds bodies to {@code src/test/resources/golden/NAME.json}, as text. What is another at each call is replaced by what
 * it is, as {@code <id>} or {@code <time>}; everything else has to be the same, also the order of the fields. With
 * {@code -Dgolden.write=true} the files are written anew: read the difference before it is committed.
 */
public final class Golden {
    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    /** Fields whose numbers are of one answer alone, and a body that is a number; all other numbers are constants. */
    private static final Set<String> COUNTED = Set.of("id", "create_time", "");

    private static final String PEM_IN_BASE64 = "LS0tLS1CRUdJTi";

    private record Kind(Pattern pattern, String shown) {
        static Kind of(String pattern, String shown) {
            return new Kind(Pattern.compile(pattern), shown);
        }
    }

    /** Each looks at what those before it have left. */
    private static final List<Kind> KINDS = List.of(
            Kind.of("-----BEGIN ([A-Z0-9 ]+)-----\n[A-Za-z0-9+/=\n]+\n-----END \\1-----", "<pem $1>"),
            Kind.of("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "<uuid>"),
            Kind.of("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "<time>"),
            Kind.of("\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d+Z", "<time with fraction>"),
            Kind.of("\\b[0-9a-f]{64}\\b", "<64 hex digits>"),
            Kind.of("\\b[0-9a-f]{40}\\b", "<40 hex digits>"),
            Kind.of("\\b[0-9a-f]{32}\\b", "<32 hex digits>"),
            Kind.of("\\b[0-9A-Za-z]{44}\\b", "<token>"),
            Kind.of("\\b(?=[a-z]*[0-9A-Z])[0-9A-Za-z]{22}\\b", "<id>"),
            Kind.of("^\\d+$", "<number as text>"),
            Kind.of("^\\d+s$", "<seconds>"));

    private static final DefaultPrettyPrinter PRINTER = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectFieldValueSpacing(Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n"));

    private Golden() {}

    /** @param name as {@code notary/list} */
    public static void check(String name, JsonNode body) {
        Path file = DIRECTORY.resolve(name + ".json");
        try {
            String shape = Bodies.JSON.writer(PRINTER).writeValueAsString(shape("", body)) + "\n";
            if (Boolean.getBoolean("golden.write")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, shape);
            }
            assertThat(shape).as("%s of %s", file, body).isEqualTo(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode shape(String field, JsonNode node) {
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(one -> object.set(one.getKey(), shape(one.getKey(), one.getValue())));
            return object;
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(one -> array.add(shape(field, one)));
            return array;
        }
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(shape(node.asText()));
        }
        return node.isIntegralNumber() && COUNTED.contains(field)
                ? JsonNodeFactory.instance.textNode("<number>")
                : node;
    }

    private static String shape(String text) {
        if (text.startsWith(PEM_IN_BASE64)) {
            String pem = new String(Base64.getDecoder().decode(text), StandardCharsets.US_ASCII);
            return "<base64 of " + shape(pem) + ">";
        }
        String shape = text;
        for (Kind kind : KINDS) {
            shape = kind.pattern().matcher(shape).replaceAll(kind.shown());
        }
        return shape;
    }
}
