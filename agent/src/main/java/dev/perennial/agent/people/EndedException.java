package dev.perennial.agent.people;

import dev.perennial.agent.server.RefusedException;

/** The server takes the stored login no more. */
final class EndedException extends Exception {
    private static final long serialVersionUID = 1;

    EndedException(StoredLogin login, RefusedException refused) {
        super(
                "the login at " + login.server() + " is good no more: log in again with 'perennial login --server "
                        + login.server() + "'",
                refused);
    }
}
