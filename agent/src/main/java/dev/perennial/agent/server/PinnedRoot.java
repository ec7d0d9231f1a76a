package dev.perennial.agent.server;

import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The root that a server presents at the end of its own chain, taken only if it is the pinned one. The handshake that
 * fetches it is given up before anything of ours is sent; the calls that follow verify the server with this root alone.
 */
public final class PinnedRoot {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int HTTPS = 443;

    private PinnedRoot() {}

    /** @param sha256 hex of the SHA-256 of the root's DER */
    public static X509Certificate fetch(URI server, String sha256) throws ServerException {
        Listener listener = new Listener();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {listener}, null);
            handshake(context, server, listener);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
        try {
            X509Certificate last = listener.last;
            if (last != null
                    && Certificates.sha256(last).equals(sha256.toLowerCase(Locale.ROOT))
                    && isSelfSigned(last)) {
                return last;
            }
        } catch (CertificateException e) {
            throw new ServerException("the certificate of " + server + " cannot be read", e);
        }
        throw new ServerException(
                "the chain of " + server + " does not end with the root of the given fingerprint: nothing was sent",
                null);
    }

    private static void handshake(SSLContext context, URI server, Listener listener) throws ServerException {
        int port = server.getPort() < 0 ? HTTPS : server.getPort();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(new InetSocketAddress(server.getHost(), port), Math.toIntExact(TIMEOUT.toMillis()));
            socket.setSoTimeout(Math.toIntExact(TIMEOUT.toMillis()));
            socket.startHandshake();
        } catch (IOException e) {
            if (listener.last == null) {
                throw TlsFailure.classify("cannot reach " + server, e);
            }
        }
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        try {
            certificate.verify(certificate.getPublicKey());
            return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Notes the chain and trusts nobody. */
    private static final class Listener implements X509TrustManager {
        private @Nullable X509Certificate last;

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            last = chain[chain.length - 1];
            throw new CertificateException("only looking");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("no server here");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
