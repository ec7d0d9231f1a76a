package dev.perennial.server.agilicus;

import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The query of an act of revocation: the conditions of the list of certificates, in a body. Read more strictly than a
 * query in a URI: a condition that is misspelt and passed over would revoke more than was meant.
 */
final class RevocationQueries {
    private static final List<String> CONDITIONS = List.of(
            "connector_id",
            "csr_id",
            "name",
            "name_contains",
            "serial_number",
            "sha256",
            "spki_sha256",
            "issuer",
            "signer",
            "state",
            "created_after",
            "created_before",
            "expires_after",
            "expires_before");

    private RevocationQueries() {}

    /** @throws ProblemException {@code malformed} where there is no condition, or one that there is not */
    static QueryParameters parameters(Map<String, Object> query) {
        if (query.isEmpty()) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "spec.query needs a condition: one of " + String.join(", ", CONDITIONS));
        }
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        new TreeSet<>(query.keySet()).forEach(name -> {
            if (!CONDITIONS.contains(name)) {
                throw ProblemException.of(
                        ProblemType.MALFORMED,
                        "spec.query has only these conditions: " + String.join(", ", CONDITIONS));
            }
            parameters.add(name, texts(name, query.get(name)));
        });
        return QueryParameters.of(parameters);
    }

    private static List<String> texts(String name, @Nullable Object value) {
        List<?> values = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        List<String> texts = values.stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
        if (values.isEmpty() || texts.size() < values.size()) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "spec.query." + name + " must be a text, or a list of texts");
        }
        return texts;
    }

    /** As it was written down. */
    @SuppressWarnings("unchecked")
    static @Nullable Map<String, Object> read(@Nullable String query) {
        return query == null ? null : Json.read(Buffer.buffer(query), Map.class);
    }
}
