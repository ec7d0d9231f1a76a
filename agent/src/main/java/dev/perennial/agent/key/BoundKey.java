package dev.perennial.agent.key;

import dev.perennial.agent.x509.Pem;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * The P-256 key that an agent keeps beside its identities, to come back with when they have expired. It signs texts, and
 * no certificate is ever for it. Holds the private key: never logged.
 */
public final class BoundKey {
    private static final String LABEL = "PRIVATE KEY";

    private final PrivateKey privateKey;
    private final byte[] publicKey;

    private BoundKey(PrivateKey privateKey, byte[] publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    /** A new key, as PKCS#8 in PEM. */
    public static String generatePem(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return Pem.encode(LABEL, generator.generateKeyPair().getPrivate().getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make a key on P-256", e);
        }
    }

    /** Reads the one key of a PEM text. */
    public static BoundKey parse(String pem) throws GeneralSecurityException {
        List<byte[]> blocks = Pem.parse(pem, LABEL);
        if (blocks.size() != 1) {
            throw new GeneralSecurityException("there are " + blocks.size() + " private keys, not one");
        }
        byte[] pkcs8 = blocks.get(0);
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        return new BoundKey(key, publicKeyOf(pkcs8));
    }

    /** PKCS#8 need not hold the public half, and the JDK's does not: it is computed. */
    private static byte[] publicKeyOf(byte[] pkcs8) throws GeneralSecurityException {
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
            BigInteger secret = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
            byte[] point = new FixedPointCombMultiplier()
                    .multiply(SECNamedCurves.getByName("secp256r1").getG(), secret)
                    .getEncoded(false);
            return new SubjectPublicKeyInfo(info.getPrivateKeyAlgorithm(), point).getEncoded();
        } catch (IOException | IllegalArgumentException e) {
            throw new GeneralSecurityException("it is no private key on P-256", e);
        }
    }

    /** The SubjectPublicKeyInfo in PEM. */
    public String publicKeyPem() {
        return Pem.encode("PUBLIC KEY", publicKey);
    }

    /** The signature (ECDSA with SHA-256) over these lines, each ended by a line feed, in Base64. */
    public String sign(String... lines) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(privateKey);
            signature.update((String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot sign with a key on P-256", e);
        }
    }
}
