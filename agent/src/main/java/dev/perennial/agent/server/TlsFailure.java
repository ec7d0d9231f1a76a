package dev.perennial.agent.server;

import java.net.http.HttpTimeoutException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells from an exception of the JDK why there is no connection. */
final class TlsFailure {
    private TlsFailure() {}

    /** As the message names it, in lower case. */
    private enum Kind {
        /** No connection, or it broke: whether the server did what was asked is unknown. */
        UNREACHABLE,
        TIMEOUT,
        /** The server's certificate does not lead to a trusted root. */
        UNKNOWN_CA,
        /** The server's certificate is for another name. */
        NAME,
        EXPIRED,
        NOT_YET_VALID,
        TLS
    }

    static ServerException classify(String what, Throwable failure) {
        Kind kind = kind(failure);
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new ServerException(what + ": " + kind.name().toLowerCase(Locale.ROOT) + ": " + message, failure);
    }

    private static Kind kind(Throwable failure) {
        boolean tls = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Kind found = certificateKind(cause);
            if (found != null) {
                return found;
            }
            tls |= cause instanceof SSLException;
        }
        if (tls) {
            return Kind.TLS;
        }
        return failure instanceof HttpTimeoutException ? Kind.TIMEOUT : Kind.UNREACHABLE;
    }

    private static @Nullable Kind certificateKind(Throwable cause) {
        if (cause instanceof CertificateExpiredException) {
            return Kind.EXPIRED;
        }
        if (cause instanceof CertificateNotYetValidException) {
            return Kind.NOT_YET_VALID;
        }
        if (cause instanceof CertPathBuilderException) {
            return Kind.UNKNOWN_CA;
        }
        // The JDK has no type of its own for a name that does not match.
        String message = String.valueOf(cause.getMessage());
        boolean name = message.startsWith("No name matching") || message.startsWith("No subject alternative");
        return cause instanceof CertificateException && name ? Kind.NAME : null;
    }
}
