package dev.perennial.server.vault;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A private key that was made elsewhere, on its way in: the octets are wiped when it is read, and no message tells
 * anything of it. A password may cost a second of work: never on an event loop.
 */
public final class ImportedKey {
    private static final String PLAIN = "PRIVATE KEY";
    private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

    private final SigningKey key;
    private final List<X509> chain;

    private ImportedKey(SigningKey key, List<X509> chain) {
        this.key = key;
        this.chain = chain;
    }

    public SigningKey key() {
        return key;
    }

    /** The certificates that came with it, its own first. */
    public List<X509> chain() {
        return chain;
    }

    /**
     * Reads a PKCS#8 in PEM.
     *
     * @param chain with the certificate of that key first
     * @param password null where it is not encrypted
     * @throws ProblemException malformed where it is none, the password is wrong, or it is the key of another certificate
     */
    public static ImportedKey ofPem(List<X509> chain, String pem, @Nullable String password) {
        boolean encrypted = pem.contains(ENCRYPTED);
        if (encrypted && password == null) {
            throw malformed("spec.private_key is encrypted: send spec.password with it");
        }
        List<byte[]> blocks;
        try {
            blocks = Pem.decodeAll(encrypted ? ENCRYPTED : PLAIN, pem);
        } catch (ProblemException e) {
            throw malformed("spec.private_key is not one PEM block PRIVATE KEY or ENCRYPTED PRIVATE KEY (PKCS#8);"
                    + " 'openssl pkcs8 -topk8' makes one of other forms");
        }
        if (blocks.size() != 1) {
            throw malformed("spec.private_key holds more than one key");
        }
        byte[] pkcs8 = encrypted && password != null ? decrypted(blocks.get(0), password) : blocks.get(0);
        return new ImportedKey(read(pkcs8, chain.get(0).key()), chain);
    }

    /**
     * Reads a PKCS#12 with one key and its certificates.
     *
     * @throws ProblemException malformed where it is none, the password is wrong, or it holds something else
     */
    public static ImportedKey ofPkcs12(byte[] pkcs12, String password) {
        char[] characters = password.toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(pkcs12), characters);
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw malformed("spec.pkcs12 holds " + keys.size() + " private keys; it must hold one");
            }
            Key key = store.getKey(keys.get(0), characters);
            Certificate[] certificates = store.getCertificateChain(keys.get(0));
            if (key == null || key.getEncoded() == null || certificates == null || certificates.length == 0) {
                throw malformed("spec.pkcs12 does not hold the certificate of its private key");
            }
            List<X509> chain = new ArrayList<>();
            for (Certificate certificate : certificates) {
                chain.add(X509.parse(certificate.getEncoded()));
            }
            return new ImportedKey(read(key.getEncoded(), chain.get(0).key()), chain);
        } catch (IOException | GeneralSecurityException e) {
            throw malformed("spec.pkcs12 is not a PKCS#12 that opens with spec.password");
        } finally {
            Arrays.fill(characters, ' ');
        }
    }

    private static SigningKey read(byte[] pkcs8, SubjectPublicKey publicKey) {
        try {
            return SigningKey.read(pkcs8, publicKey);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Providers meet what is no key with exceptions of many kinds.
            throw malformed("the private key is not that of the first certificate, a "
                    + publicKey.kind().word());
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static byte[] decrypted(byte[] der, String password) {
        try {
            return EncryptedKey.read(der).open(password);
        } catch (GeneralSecurityException | RuntimeException e) {
            // What is no such structure shows in as many ways as a wrong password does.
            throw e instanceof ProblemException problem
                    ? problem
                    : malformed("spec.private_key does not open with spec.password");
        }
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }

    @Override
    public String toString() {
        return key.toString();
    }
}
