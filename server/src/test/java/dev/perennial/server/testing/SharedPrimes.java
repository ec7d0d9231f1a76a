package dev.perennial.server.testing;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Random;

/** RSA keys of 2048 bits whose primes are known, as a generator with too little randomness makes them. */
public final class SharedPrimes {
    private static final BigInteger F4 = BigInteger.valueOf(65537);

    private final Random random;

    public SharedPrimes(long seed) {
        random = new Random(seed);
    }

    /** Of 1024 bits, and such that the product of two has 2048. */
    public BigInteger prime() {
        while (true) {
            BigInteger prime =
                    new BigInteger(1024, random).setBit(1023).setBit(1022).nextProbablePrime();
            if (!prime.mod(F4).equals(BigInteger.ONE)) {
                return prime;
            }
        }
    }

    public static KeyPair key(BigInteger p, BigInteger q) {
        BigInteger order = p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE));
        BigInteger modulus = p.multiply(q);
        try {
            KeyFactory rsa = KeyFactory.getInstance("RSA");
            return new KeyPair(
                    rsa.generatePublic(new RSAPublicKeySpec(modulus, F4)),
                    rsa.generatePrivate(new RSAPrivateKeySpec(modulus, F4.modInverse(order))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
