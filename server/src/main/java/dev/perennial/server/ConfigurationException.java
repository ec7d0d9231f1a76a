package dev.perennial.server;

/** The operator has to change something before the server can start: exit status 2. */
final class ConfigurationException extends RuntimeException {
    ConfigurationException(String message) {
        super(message);
    }
}
