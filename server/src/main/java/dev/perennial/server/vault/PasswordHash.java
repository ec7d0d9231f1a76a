package dev.perennial.server.vault;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Passwords as they are stored: Argon2id (RFC 9106) in the PHC form. Each takes tens of milliseconds and 19 MiB: never on
 * an event loop. Thread-safe.
 */
public final class PasswordHash {
    /** OWASP's second choice: 19 MiB, two passes, one lane. */
    private static final int MEMORY_KIB = 19_456;

    private static final int PASSES = 2;
    private static final int LANES = 1;
    private static final int SALT_OCTETS = 16;
    private static final int HASH_OCTETS = 32;
    private static final Pattern PHC =
            Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})\\$([^$]+)\\$([^$]+)");

    private final SecureRandom random;
    /** What a password is held against where there is no account: the same work, and never equal. */
    private final String nobodys;

    public PasswordHash(SecureRandom random) {
        this.random = random;
        byte[] unguessable = new byte[HASH_OCTETS];
        random.nextBytes(unguessable);
        this.nobodys = phc(MEMORY_KIB, PASSES, LANES, salt(), unguessable);
    }

    public String of(String password) {
        byte[] salt = salt();
        return phc(MEMORY_KIB, PASSES, LANES, salt, derive(password, salt, MEMORY_KIB, PASSES, LANES, HASH_OCTETS));
    }

    /** Whether that is the password; the same work is done, and the answer is no, where there is none to compare with. */
    public boolean matches(String password, @Nullable String stored) {
        Matcher phc = PHC.matcher(stored == null ? nobodys : stored);
        if (!phc.matches()) {
            throw new IllegalStateException("a stored password is not in the form that is written here");
        }
        byte[] salt = Base64.getDecoder().decode(phc.group(4));
        byte[] hash = Base64.getDecoder().decode(phc.group(5));
        byte[] derived = derive(
                password,
                salt,
                Integer.parseInt(phc.group(1)),
                Integer.parseInt(phc.group(2)),
                Integer.parseInt(phc.group(3)),
                hash.length);
        return MessageDigest.isEqual(hash, derived) && stored != null;
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_OCTETS];
        random.nextBytes(salt);
        return salt;
    }

    private static byte[] derive(String password, byte[] salt, int memoryKib, int passes, int lanes, int octets) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] hash = new byte[octets];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }

    private static String phc(int memoryKib, int passes, int lanes, byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKib + ",t=" + passes + ",p=" + lanes + "$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }
}
