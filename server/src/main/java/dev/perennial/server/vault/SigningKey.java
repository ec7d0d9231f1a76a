package dev.perennial.server.vault;

import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SignatureAlgorithm;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.problem.ProblemException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/**
 * A private key that signs. It comes from {@link #generate}, {@link ImportedKey}, {@link #ofPem} or {@link #open}, and leaves only through
 * {@link #seal}.
 * Safe for all threads.
 */
public final class SigningKey {
    private final SubjectPublicKey publicKey;
    private final PrivateKey privateKey;

    private SigningKey(SubjectPublicKey publicKey, PrivateKey privateKey) {
        this.publicKey = publicKey;
        this.privateKey = privateKey;
    }

    /** Makes a key. RSA takes up to seconds: never on the event loop. */
    public static SigningKey generate(KeyKind kind, SecureRandom random) {
        KeyPair pair = KeyPairs.generate(kind, random);
        return new SigningKey(SubjectPublicKey.parse(pair.getPublic().getEncoded()), pair.getPrivate());
    }

    /**
     * Opens what {@link #seal} made of the private key of {@code publicKey}.
     *
     * @throws SealException if it does not open, or holds another key
     */
    public static SigningKey open(byte[] sealed, SealKey sealKey, String purpose, SubjectPublicKey publicKey) {
        byte[] pkcs8 = sealKey.open(sealed, purpose);
        try {
            return read(pkcs8, publicKey);
        } catch (GeneralSecurityException e) {
            throw new SealException("what was sealed is not the private key of " + publicKey);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /**
     * Takes a key that was made elsewhere and comes without its public key.
     *
     * @param pem PKCS#8, PKCS#1 or SEC 1, not encrypted
     * @throws ProblemException malformed where it is none, {@code badPublicKey} where it is of a kind that we do not take,
     *     or weak
     */
    public static SigningKey ofPem(String pem) {
        KeyPair pair = PlainKey.read(pem);
        SubjectPublicKey publicKey = SubjectPublicKey.parse(pair.getPublic().getEncoded());
        SigningKey key = new SigningKey(publicKey, pair.getPrivate());
        try {
            key.prove();
        } catch (GeneralSecurityException | RuntimeException e) {
            throw PlainKey.malformed();
        }
        return key;
    }

    /** The private key of {@code publicKey} from its PKCS#8; fails where it is another's, or none. */
    static SigningKey read(byte[] pkcs8, SubjectPublicKey publicKey) throws GeneralSecurityException {
        PrivateKey privateKey = KeyFactory.getInstance(publicKey.kind().family().javaName())
                .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        SigningKey key = new SigningKey(publicKey, privateKey);
        key.prove();
        return key;
    }

    /** The private key as PKCS#8, sealed; {@code purpose} has to be the same when it is opened. */
    public byte[] seal(SealKey sealKey, String purpose) {
        byte[] pkcs8 = privateKey.getEncoded();
        try {
            return sealKey.seal(pkcs8, purpose);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    public SubjectPublicKey publicKey() {
        return publicKey;
    }

    public SignatureAlgorithm algorithm() {
        return publicKey.kind().signatureAlgorithm();
    }

    /** The signature over {@code message} with {@link #algorithm()}. */
    public byte[] sign(byte[] message) {
        try {
            Signature signature = algorithm().newSignature();
            signature.initSign(privateKey);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key " + publicKey + " does not sign", e);
        }
    }

    /** A key that does not belong to its public key would sign certificates that nobody can verify. */
    private void prove() throws GeneralSecurityException {
        byte[] message = publicKey.der();
        byte[] proof = sign(message);
        Signature verifier = algorithm().newSignature();
        verifier.initVerify(publicKey.publicKey());
        verifier.update(message);
        if (!verifier.verify(proof)) {
            throw new InvalidKeyException("the private key of another public key");
        }
    }

    @Override
    public String toString() {
        return "SigningKey[" + publicKey + "]";
    }
}
