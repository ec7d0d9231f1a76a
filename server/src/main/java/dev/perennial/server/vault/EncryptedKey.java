package dev.perennial.server.vault;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.crypto.generators.SCrypt;

/**
 * An encrypted PKCS#8 (RFC 5958 §3) by PBES2 (RFC 8018 §6.2): PBKDF2 or scrypt (RFC 7914), and AES-CBC. It says itself how
 * much work its password is; beyond some seconds it is not opened.
 */
final class EncryptedKey {
    /** As the platform's own reading of PKCS#12 has it. */
    private static final long MOST_ITERATIONS = 5_000_000;

    /** What scrypt may take, 128 octets a unit. */
    private static final long MOST_SCRYPT = 1L << 20;

    private static final ASN1ObjectIdentifier SCRYPT = new ASN1ObjectIdentifier("1.3.6.1.4.1.11591.4.11");

    private static final Map<ASN1ObjectIdentifier, String> PSEUDORANDOM = Map.of(
            PKCSObjectIdentifiers.id_hmacWithSHA1, "PBKDF2WithHmacSHA1",
            PKCSObjectIdentifiers.id_hmacWithSHA256, "PBKDF2WithHmacSHA256",
            PKCSObjectIdentifiers.id_hmacWithSHA384, "PBKDF2WithHmacSHA384",
            PKCSObjectIdentifiers.id_hmacWithSHA512, "PBKDF2WithHmacSHA512");

    /** AES in CBC mode, by the octets of its key. */
    private static final Map<ASN1ObjectIdentifier, Integer> CIPHERS = Map.of(
            new ASN1ObjectIdentifier("2.16.840.1.101.3.4.1.2"), 16,
            new ASN1ObjectIdentifier("2.16.840.1.101.3.4.1.22"), 24,
            new ASN1ObjectIdentifier("2.16.840.1.101.3.4.1.42"), 32);

    private final KeyDerivationFunc derivation;
    private final byte[] nonce;
    private final int keyOctets;
    private final byte[] ciphertext;

    private EncryptedKey(KeyDerivationFunc derivation, byte[] nonce, int keyOctets, byte[] ciphertext) {
        this.derivation = derivation;
        this.nonce = nonce;
        this.keyOctets = keyOctets;
        this.ciphertext = ciphertext;
    }

    /** Fails with one of many exceptions where it is none; with a problem where it is one that is not taken. */
    static EncryptedKey read(byte[] der) {
        EncryptedPrivateKeyInfo info = EncryptedPrivateKeyInfo.getInstance(der);
        if (!PKCSObjectIdentifiers.id_PBES2.equals(info.getEncryptionAlgorithm().getAlgorithm())) {
            throw notTaken();
        }
        PBES2Parameters parameters =
                PBES2Parameters.getInstance(info.getEncryptionAlgorithm().getParameters());
        EncryptionScheme scheme = parameters.getEncryptionScheme();
        Integer keyOctets = CIPHERS.get(scheme.getAlgorithm());
        if (keyOctets == null) {
            throw notTaken();
        }
        return new EncryptedKey(
                parameters.getKeyDerivationFunc(),
                ASN1OctetString.getInstance(scheme.getParameters()).getOctets(),
                keyOctets,
                info.getEncryptedData());
    }

    /** The PKCS#8; fails where that is not the password. */
    byte[] open(String password) throws GeneralSecurityException {
        byte[] key = derive(password);
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(nonce));
            return cipher.doFinal(ciphertext);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] derive(String password) throws GeneralSecurityException {
        if (PKCSObjectIdentifiers.id_PBKDF2.equals(derivation.getAlgorithm())) {
            return pbkdf2(password, PBKDF2Params.getInstance(derivation.getParameters()));
        }
        if (SCRYPT.equals(derivation.getAlgorithm())) {
            return scrypt(password, ASN1Sequence.getInstance(derivation.getParameters()));
        }
        throw notTaken();
    }

    private byte[] pbkdf2(String password, PBKDF2Params parameters) throws GeneralSecurityException {
        String name = PSEUDORANDOM.get(parameters.getPrf().getAlgorithm());
        if (name == null) {
            throw notTaken();
        }
        requireAtMost(MOST_ITERATIONS, parameters.getIterationCount().longValueExact());
        PBEKeySpec spec = new PBEKeySpec(
                password.toCharArray(),
                parameters.getSalt(),
                parameters.getIterationCount().intValueExact(),
                8 * keyOctets);
        try {
            return SecretKeyFactory.getInstance(name).generateSecret(spec).getEncoded();
        } finally {
            spec.clearPassword();
        }
    }

    private byte[] scrypt(String password, ASN1Sequence parameters) {
        int cost = integer(parameters, 1);
        int blocks = integer(parameters, 2);
        int parallel = integer(parameters, 3);
        requireAtMost(MOST_SCRYPT, Math.multiplyExact(Math.multiplyExact((long) cost, blocks), parallel));
        return SCrypt.generate(
                password.getBytes(StandardCharsets.UTF_8),
                ASN1OctetString.getInstance(parameters.getObjectAt(0)).getOctets(),
                cost,
                blocks,
                parallel,
                keyOctets);
    }

    private static int integer(ASN1Sequence parameters, int place) {
        return ASN1Integer.getInstance(parameters.getObjectAt(place)).intPositiveValueExact();
    }

    private static void requireAtMost(long most, long work) {
        if (work > most) {
            throw ProblemException.of(
                    ProblemType.MALFORMED,
                    "spec.private_key asks for too much work to be opened; encrypt it again with fewer iterations");
        }
    }

    private static ProblemException notTaken() {
        return ProblemException.of(
                ProblemType.MALFORMED,
                "spec.private_key is encrypted in a way that is not taken; 'openssl pkcs8 -topk8 -v2 aes-256-cbc' makes"
                        + " one that is (PBES2 of RFC 8018 with PBKDF2 or scrypt, and AES-CBC)");
    }
}
