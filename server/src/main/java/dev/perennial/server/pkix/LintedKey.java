package dev.perennial.server.pkix;

import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A SubjectPublicKeyInfo under lint.
 *
 * @param algorithm its algorithm's identifier; null where all of it is unreadable
 * @param parameters what follows the identifier, as DER; empty where nothing does
 * @param key the bits of the key
 * @param rsa the numbers of an RSA key; null of other keys, and where they are unreadable
 */
record LintedKey(
        @Nullable String algorithm,
        byte[] parameters,
        byte[] key,
        @Nullable Rsa rsa) {
    static final String RSA = "1.2.840.113549.1.1.1";
    static final String EC = "1.2.840.10045.2.1";
    static final String ED25519 = "1.3.101.112";

    /** RSAPublicKey (RFC 8017, appendix A.1.1). */
    record Rsa(BigInteger modulus, BigInteger exponent) {
        private static @Nullable Rsa read(byte[] key) {
            try {
                DerReader all = DerReader.over(key);
                DerReader numbers = all.enter(DerReader.SEQUENCE);
                all.end();
                Rsa rsa = new Rsa(numbers.integer(), numbers.integer());
                numbers.end();
                return rsa;
            } catch (DerException e) {
                return null;
            }
        }
    }

    static LintedKey read(byte[] der) {
        try {
            DerReader info = DerReader.over(der).enter(DerReader.SEQUENCE);
            DerReader identifier = info.enter(DerReader.SEQUENCE);
            String algorithm = identifier.oid();
            byte[] parameters = identifier.rest();
            byte[] key = info.octetsOfBitString();
            info.end();
            return new LintedKey(algorithm, parameters, key, algorithm.equals(RSA) ? Rsa.read(key) : null);
        } catch (DerException e) {
            return new LintedKey(null, new byte[0], new byte[0], null);
        }
    }

    boolean is(String oid) {
        return oid.equals(algorithm);
    }

    boolean isKnown() {
        return is(RSA) || is(EC) || is(ED25519);
    }

    /** Whether the key passes; asked of those alone that the check is about. */
    boolean passes(Consumer<byte[]> check) {
        try {
            check.accept(key);
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }
}
