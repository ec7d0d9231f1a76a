package dev.perennial.agent.people;

/** The person did not say yes. */
final class DeclinedException extends Exception {
    private static final long serialVersionUID = 1;

    DeclinedException() {
        super("nothing was changed");
    }
}
