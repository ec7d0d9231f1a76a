package dev.perennial.agent.renewal;

/** What can fail on its own and is tried again on its own, so that no failure holds up what does not depend on it. */
public enum Activity {
    /** Bringing state and published directory together. */
    RECOVERY,
    /** Writing and flipping a generation. */
    INSTALL,
    /** The administrator's commands after a flip. */
    HOOKS,
    /** Telling the server what stands on disk. */
    REPORT,
    /** Deleting what is no longer needed. */
    TIDY,
    /** Making a key and asking for a certificate. */
    SUBMISSION,
    /** Asking for a renewal that is late. */
    REISSUE,
    /** Looking at the request. */
    POLL
}
