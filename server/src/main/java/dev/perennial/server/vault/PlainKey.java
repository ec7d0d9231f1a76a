package dev.perennial.server.vault;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.problem.ProblemException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** A private key in PEM that nothing came with: its public key is worked out. No message tells anything of it. */
final class PlainKey {
    /** What a key is written as, with the label of its block. */
    private enum Form {
        /** RFC 8017, appendix A.1.2. */
        RSA("RSA PRIVATE KEY"),
        /** RFC 5915. */
        EC("EC PRIVATE KEY"),
        /** RFC 5958. */
        PKCS8("PRIVATE KEY");

        private final String label;

        Form(String label) {
            this.label = label;
        }

        static Form of(String pem) {
            return pem.contains(RSA.label) ? RSA : pem.contains(EC.label) ? EC : PKCS8;
        }
    }

    private PlainKey() {}

    static KeyPair read(String pem) {
        try {
            PrivateKeyInfo info = info(pem);
            requireSize(info);
            return pair(PrivateKeyFactory.createKey(info));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // What is no key shows in exceptions of many kinds; what is one, and not taken, in a problem.
            throw e instanceof ProblemException problem ? problem : malformed();
        }
    }

    /** One block alone, of one of three forms. */
    private static PrivateKeyInfo info(String pem) throws IOException {
        Form form = Form.of(pem);
        List<byte[]> blocks = Pem.decodeAll(form.label, pem);
        if (blocks.size() != 1) {
            throw malformed();
        }
        byte[] der = blocks.get(0);
        return switch (form) {
            case RSA ->
                new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                        RSAPrivateKey.getInstance(der));
            case EC -> {
                ECPrivateKey key = ECPrivateKey.getInstance(der);
                yield new PrivateKeyInfo(
                        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
            }
            case PKCS8 -> PrivateKeyInfo.getInstance(der);
        };
    }

    /** First of all: BouncyCastle proves the primes of an RSA key, which takes seconds for one of 16,384 bits. */
    private static void requireSize(PrivateKeyInfo info) throws IOException {
        if (info.getPrivateKeyAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
                && RSAPrivateKey.getInstance(info.parsePrivateKey())
                                .getModulus()
                                .bitLength()
                        > KeyKind.RSA_4096.bits()) {
            throw ProblemException.of(
                    ProblemType.BAD_PUBLIC_KEY, "an RSA key must have 2048, 3072 or 4096 bits; make one of these");
        }
    }

    private static KeyPair pair(AsymmetricKeyParameter key) throws IOException, GeneralSecurityException {
        AsymmetricKeyParameter open = publicKey(key);
        // As BouncyCastle writes both: with a named curve, which is the only kind that is taken.
        byte[] pkcs8 = PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
        byte[] spki =
                SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open).getEncoded();
        try {
            KeyFactory factory = KeyFactory.getInstance(
                    SubjectPublicKey.parse(spki).kind().family().javaName());
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(spki)),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static AsymmetricKeyParameter publicKey(AsymmetricKeyParameter key) {
        if (key instanceof RSAPrivateCrtKeyParameters rsa) {
            if (!rsa.getP().multiply(rsa.getQ()).equals(rsa.getModulus())) {
                throw malformed();
            }
            return new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
        }
        if (key instanceof ECPrivateKeyParameters ec) {
            return new ECPublicKeyParameters(
                    new FixedPointCombMultiplier().multiply(ec.getParameters().getG(), ec.getD()), ec.getParameters());
        }
        if (key instanceof Ed25519PrivateKeyParameters ed25519) {
            return ed25519.generatePublicKey();
        }
        throw malformed();
    }

    static ProblemException malformed() {
        return ProblemException.of(
                ProblemType.MALFORMED,
                "the key is not one PEM block with a private key that is not encrypted: RSA, EC on P-256 or P-384, or"
                        + " Ed25519");
    }
}
