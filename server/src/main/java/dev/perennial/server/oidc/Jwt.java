package dev.perennial.server.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A JWT as it was sent, in JWS compact form (RFC 7515 §7.1): taken apart, and nothing in it verified yet.
 *
 * @param algorithm what its header claims; the key says whether that counts
 */
record Jwt(Algorithm algorithm, @Nullable String keyId, ObjectNode claims, byte[] signed, byte[] signature) {
    private static final int LONGEST = 8_192;
    private static final int LONGEST_KEY_ID = 256;

    /** They say where a key is, or bring it along: whoever wrote the token would choose it (RFC 8725 §3.10). */
    private static final List<String> KEYS_OF_THEIR_OWN = List.of("jku", "jwk", "x5u", "x5c");

    /** No extension is understood, so a token that needs one is refused (RFC 7515 §4.1.11). */
    private static final List<String> EXTENSIONS = List.of("crit", "b64", "zip", "enc");

    private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

    /** @throws ProblemException UNAUTHENTICATED, saying what is wrong and never quoting it */
    static Jwt parse(String token) {
        if (token.length() > LONGEST) {
            throw refused("it is longer than " + LONGEST + " characters");
        }
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            throw refused("it does not have the three parts of a signed JWT");
        }
        ObjectNode header = object(parts[0], "its header");
        requireNone(header, KEYS_OF_THEIR_OWN, "a key that the token itself names is never used");
        requireNone(header, EXTENSIONS, "no extension is understood here");
        requireType(header);
        Algorithm algorithm = Algorithm.of(header.path("alg").asText())
                .filter(known -> header.path("alg").isTextual())
                .orElseThrow(() -> refused("its algorithm (alg) is none that is accepted here"));
        return new Jwt(
                algorithm,
                keyId(header),
                object(parts[1], "its payload"),
                (parts[0] + '.' + parts[1]).getBytes(StandardCharsets.US_ASCII),
                decoded(parts[2], "its signature"));
    }

    /** What is wrong with a token, for who sent it. */
    static ProblemException refused(String why) {
        return ProblemException.of(ProblemType.UNAUTHENTICATED, "the bearer token is a JWT, and " + why);
    }

    private static void requireNone(ObjectNode header, List<String> names, String why) {
        for (String name : names) {
            if (header.has(name)) {
                throw refused("its header has \"" + name + "\": " + why);
            }
        }
    }

    private static void requireType(ObjectNode header) {
        JsonNode type = header.path("typ");
        if (!type.isMissingNode() && !TYPES.contains(type.asText().toLowerCase(Locale.ROOT))) {
            throw refused("its type (typ) is neither JWT nor at+jwt");
        }
        if (header.has("cty")) {
            throw refused("its header has \"cty\": no token inside of another is looked for");
        }
    }

    /** Compared with the ids of keys that are here already, and used for nothing else. */
    private static @Nullable String keyId(ObjectNode header) {
        JsonNode kid = header.path("kid");
        if (kid.isMissingNode()) {
            return null;
        }
        if (!kid.isTextual() || kid.textValue().length() > LONGEST_KEY_ID) {
            throw refused("its key id (kid) is not a string of at most " + LONGEST_KEY_ID + " characters");
        }
        return kid.textValue();
    }

    private static ObjectNode object(String part, String what) {
        return StrictJson.object(decoded(part, what))
                .orElseThrow(() -> refused(what + " is not a JSON object in UTF-8, without repeated names"));
    }

    private static byte[] decoded(String part, String what) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw refused(what + " is not base64url");
        }
    }
}
