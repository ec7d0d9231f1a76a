package dev.perennial.agent.renewal;

/** Where a certificate stands, in one word for people and monitoring; always derived, never stored. */
public enum Phase {
    /** Nothing known yet. */
    IDLE,
    /** A certificate is wanted and nothing is done yet. */
    DUE,
    /** Something that only a person can remove is in the way. */
    BLOCKED,
    /** A new key is safe on disk; the server does not know of it. */
    KEY_READY,
    /** The server has the PKCS#10. */
    SUBMITTED,
    /** A whole generation is on disk and not live. */
    READY,
    FLIPPING,
    /** Live, and the administrator's commands have not all succeeded. */
    DEPLOY_PENDING,
    /** Live, and the server has not been told. */
    VERIFYING,
    LIVE,
    FAILED,
    /** Failing for so long that nobody should wait any more. */
    STUCK
}
