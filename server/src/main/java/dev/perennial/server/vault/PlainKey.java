package dev.perennial.server.vault;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.problem.ProblemException;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
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
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.jspecify.annotations.Nullable;

/** A private key in PEM that nothing came with: its public key is worked out. No message tells anything of it. */
final class PlainKey {
    private PlainKey() {}

    static KeyPair read(String pem) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            PrivateKeyInfo info = info(parser.readObject());
            if (info == null || parser.readObject() != null) {
                throw malformed();
            }
            return pair(info);
        } catch (ProblemException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            // What is no key shows in exceptions of many kinds.
            throw malformed();
        }
    }

    private static @Nullable PrivateKeyInfo info(@Nullable Object parsed) {
        return parsed instanceof PEMKeyPair pair
                ? pair.getPrivateKeyInfo()
                : parsed instanceof PrivateKeyInfo info ? info : null;
    }

    private static KeyPair pair(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        AsymmetricKeyParameter key = PrivateKeyFactory.createKey(info);
        AsymmetricKeyParameter open = publicKey(key);
        // As BouncyCastle writes both: with a named curve, which is the only kind that is taken.
        byte[] pkcs8 = PrivateKeyInfoFactory.createPrivateKeyInfo(key).getEncoded();
        byte[] spki = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(open).getEncoded();
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
