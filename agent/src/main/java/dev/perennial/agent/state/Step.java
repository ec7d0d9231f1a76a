package dev.perennial.agent.state;

/**
 * The steps after which a crash must be harmless: S of the install protocol, I of the identity's renewal, R of its
 * recovery, E of the enrolment (docs/agent.md). With {@code -Dagent.crashAt=S12} the process halts, as by SIGKILL, when S12 is done.
 */
public enum Step {
    S0,
    S1,
    S2,
    S3,
    /** The server has answered, and nothing of it is stored yet. */
    S4_ANSWERED,
    S4,
    S5,
    S6,
    S7,
    S8,
    S9_RENAMED,
    S9,
    S11,
    S12,
    S13,
    S14_FIRST,
    S14,
    S16,
    S17,
    I1,
    I2_ANSWERED,
    I2,
    I3,
    I4,
    R1,
    R2_ANSWERED,
    R2,
    R3,
    E1,
    E2_ANSWERED,
    E2,
    E3;

    private static final String CRASH_AT = System.getProperty("agent.crashAt", "");

    /** Says that this step is done and durable. */
    public void done() {
        if (name().equals(CRASH_AT)) {
            Runtime.getRuntime().halt(137);
        }
    }
}
