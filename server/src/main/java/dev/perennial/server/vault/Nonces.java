package dev.perennial.server.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * Nonces that nobody stores: the time of their end, 256 random bits, and a MAC over both and what the nonce is for, by a
 * key that every server of the database derives from its seal key. So strangers may ask for any number of them.
 */
public final class Nonces {
    private static final Duration LASTS = Duration.ofMinutes(5);
    private static final int RANDOM_OCTETS = 32;
    private static final int BODY_OCTETS = Long.BYTES + RANDOM_OCTETS;

    private final MacKey key;
    private final SecureRandom random;

    public Nonces(MacKey key, SecureRandom random) {
        this.key = key;
        this.random = random;
    }

    /** What somebody has to sign, before it ends. */
    public record Nonce(String text, Instant expires) {}

    /** @param use what it is good for alone */
    public Nonce next(String use, Instant now) {
        Instant expires = now.plus(LASTS);
        byte[] chance = new byte[RANDOM_OCTETS];
        random.nextBytes(chance);
        byte[] body = ByteBuffer.allocate(BODY_OCTETS)
                .putLong(expires.toEpochMilli())
                .put(chance)
                .array();
        byte[] nonce = ByteBuffer.allocate(BODY_OCTETS + MacKey.TAG_OCTETS)
                .put(body)
                .put(key.tag(bound(body, use)))
                .array();
        return new Nonce(Base64.getUrlEncoder().withoutPadding().encodeToString(nonce), expires);
    }

    /** When a nonce ends that we gave out for that use; empty where it has, or where it is none of ours. */
    public Optional<Instant> end(String nonce, String use, Instant now) {
        byte[] octets;
        try {
            octets = Base64.getUrlDecoder().decode(nonce);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (octets.length != BODY_OCTETS + MacKey.TAG_OCTETS) {
            return Optional.empty();
        }
        byte[] body = Arrays.copyOf(octets, BODY_OCTETS);
        byte[] tag = Arrays.copyOfRange(octets, BODY_OCTETS, octets.length);
        if (!key.verifies(bound(body, use), tag)) {
            return Optional.empty();
        }
        Instant expires = Instant.ofEpochMilli(ByteBuffer.wrap(body).getLong());
        return now.isBefore(expires) ? Optional.of(expires) : Optional.empty();
    }

    private static byte[] bound(byte[] body, String use) {
        byte[] id = use.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(body.length + id.length).put(body).put(id).array();
    }
}
