package dev.perennial.agent.x509;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/** What the server answered is not the certificate that was asked for; nothing of it may reach the published pair. */
public final class RejectedCertificateException extends CertificateException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    RejectedCertificateException(Reason reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Why it was rejected. */
    public enum Reason {
        MALFORMED,
        WRONG_KEY,
        WRONG_NAMES,
        IS_A_CA,
        WRONG_USAGE,
        NOT_YET_VALID,
        EXPIRED,
        NOT_NEWER,
        SAME_SERIAL,
        UNTRUSTED
    }
}
