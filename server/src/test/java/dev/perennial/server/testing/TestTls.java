package dev.perennial.server.testing;

import dev.perennial.server.pkix.X509;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** What a client trusts, and what it shows of itself. */
public final class TestTls {
    private TestTls() {}

    /** Trusts the roots of a {@code ca.pem} and nobody else. */
    public static SSLContext context(String roots, @Nullable ClientIdentity identity) {
        try {
            KeyStore trusted = empty();
            for (X509 root : X509.parseAll(roots)) {
                trusted.setCertificateEntry("root" + trusted.size(), certificate(root));
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(identity == null ? null : keys(identity), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A server that shows this certificate to everybody. */
    static SSLContext server(ClientIdentity own) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(plainKeys(own), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyManager[] keys(ClientIdentity identity) throws GeneralSecurityException, IOException {
        return new KeyManager[] {new AlwaysShown(plainKeys(identity))};
    }

    private static KeyManager[] plainKeys(ClientIdentity identity) throws GeneralSecurityException, IOException {
        KeyStore own = empty();
        char[] password = "in-memory".toCharArray();
        List<X509Certificate> chain = new ArrayList<>();
        for (X509 certificate : identity.chain()) {
            chain.add(certificate(certificate));
        }
        own.setKeyEntry("identity", identity.keyPair().getPrivate(), password, chain.toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("NewSunX509");
        keys.init(own, password);
        return keys.getKeyManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static X509Certificate certificate(X509 certificate) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.der()));
    }
}
