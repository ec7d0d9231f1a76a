package dev.perennial.agent.x509;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.interfaces.ECKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

/** Private keys in PKCS#8 (RFC 5958), and the proof that one belongs to a public key. */
public final class PrivateKeys {
    private static final String LABEL = "PRIVATE KEY";
    private static final byte[] CHALLENGE = "does this pair belong together?".getBytes(StandardCharsets.US_ASCII);

    private PrivateKeys() {}

    public static String toPem(PrivateKey key) {
        return Pem.encode(LABEL, key.getEncoded());
    }

    /** Reads the one key of a PEM text; its algorithm is the public key's. */
    public static PrivateKey parse(String pem, PublicKey publicKey) throws GeneralSecurityException {
        List<byte[]> blocks = Pem.parse(pem, LABEL);
        if (blocks.size() != 1) {
            throw new CertificateException("there are " + blocks.size() + " private keys, not one");
        }
        return KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(blocks.get(0)));
    }

    /** Whether what this private key signs verifies with that public key: tried, not compared. */
    public static boolean match(PrivateKey privateKey, PublicKey publicKey) {
        try {
            Signature signer = Signature.getInstance(algorithm(publicKey));
            signer.initSign(privateKey);
            signer.update(CHALLENGE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm(publicKey));
            verifier.initVerify(publicKey);
            verifier.update(CHALLENGE);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The signature over it, by the one algorithm that servers take from a key of that kind. */
    public static byte[] sign(PrivateKey privateKey, PublicKey publicKey, byte[] message)
            throws GeneralSecurityException {
        Signature signer = Signature.getInstance(algorithm(publicKey));
        signer.initSign(privateKey);
        signer.update(message);
        return signer.sign();
    }

    private static String algorithm(PublicKey key) {
        return switch (key.getAlgorithm()) {
            case "EC" ->
                key instanceof ECKey curve && curve.getParams().getOrder().bitLength() > 256
                        ? "SHA384withECDSA"
                        : "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "EdDSA";
        };
    }
}
