package dev.perennial.agent.renewal;

/** How far one certificate got, as a command tells it. */
public enum Outcome {
    DONE,
    /** Nothing but a person can go on, and that is no failure. */
    WAITING_FOR_PERSON,
    /** The server or the clock will go on by itself. */
    UNDER_WAY,
    FAILED
}
