package dev.perennial.server.http;

import io.vertx.ext.web.RoutingContext;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The certificate that a client proved to hold the key of. That is all the handshake says: it may be expired, foreign or
 * revoked, and who it stands for is judged by who asks here.
 */
public final class ClientCertificate {
    /** Where the TLS session keeps what was found, so that it is looked for once a connection. */
    private static final String KEPT = ClientCertificate.class.getName();

    private ClientCertificate() {}

    public static Optional<X509Certificate> of(RoutingContext context) {
        SSLSession session = context.request().sslSession();
        if (session == null) {
            return Optional.empty();
        }
        if (session.getValue(KEPT) instanceof Found found) {
            return found.certificate();
        }
        Optional<X509Certificate> certificate = look(session);
        session.putValue(KEPT, new Found(certificate));
        return certificate;
    }

    private static Optional<X509Certificate> look(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain[0] instanceof X509Certificate certificate ? Optional.of(certificate) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    private record Found(Optional<X509Certificate> certificate) {}
}
