package dev.perennial.agent.people;

/** What the command line names is not there, or not for the caller to see. */
final class NotThereException extends Exception {
    private static final long serialVersionUID = 1;

    NotThereException(String message) {
        super(message);
    }
}
