package dev.perennial.server.db;

/**
 * The database cannot be used as it is set up: the address is wrong, the version too old, the settings not durable, the
 * schema not ours. Trying again does not help; the message tells the operator what to change. It carries no secret.
 */
public final class DatabaseSetupException extends RuntimeException {
    public DatabaseSetupException(String message) {
        super(message);
    }

    public DatabaseSetupException(String message, Throwable cause) {
        super(message, cause);
    }
}
