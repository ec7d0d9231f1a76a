package dev.perennial.agent.people;

/** The stored login is good no more. */
final class EndedException extends Exception {
    private static final long serialVersionUID = 1;

    EndedException(StoredLogin login, Times times) {
        super("the login at " + login.server() + " ended "
                + times.of(login.expires().toString()) + ": log in again with 'perennial login --server "
                + login.server() + "'");
    }
}
