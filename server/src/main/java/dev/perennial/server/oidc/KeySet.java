package dev.perennial.server.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWK;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of an issuer as they were fetched (RFC 7517 §5); those that are no use are left out. Immutable. */
final class KeySet {
    private static final int MOST_KEYS = 64;

    private final byte[] source;
    private final List<VerificationKey> keys;

    private KeySet(byte[] source, List<VerificationKey> keys) {
        this.source = source;
        this.keys = keys;
    }

    /** @throws IllegalArgumentException saying what is wrong with the set, without quoting it */
    static KeySet parse(byte[] json, Set<Algorithm> configured) {
        JsonNode listed = StrictJson.object(json)
                .map(set -> set.path("keys"))
                .orElseThrow(() -> new IllegalArgumentException("its key set is not a JSON object within limits"));
        if (listed.size() > MOST_KEYS) {
            throw new IllegalArgumentException("its key set has more than " + MOST_KEYS + " keys");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (JsonNode entry : listed) {
            parse(entry).flatMap(jwk -> VerificationKey.of(jwk, configured)).ifPresent(keys::add);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("its key set has no key for an algorithm that is configured");
        }
        return new KeySet(json, List.copyOf(keys));
    }

    /** A key that cannot be read is left out, as one of an unknown type is (RFC 7517 §5). */
    private static Optional<JWK> parse(JsonNode entry) {
        try {
            return Optional.of(JWK.parse(StrictJson.text(entry)));
        } catch (ParseException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Whether it was made of the same bytes. */
    boolean isOf(byte[] json) {
        return Arrays.equals(source, json);
    }

    /**
     * The keys that a token may have been signed with: those of its {@code kid}. A token without one may mean any key,
     * as long as it can mean only one.
     */
    List<VerificationKey> named(@Nullable String kid) {
        if (kid == null) {
            return keys.size() == 1 ? keys : List.of();
        }
        return keys.stream().filter(key -> kid.equals(key.id())).toList();
    }
}
