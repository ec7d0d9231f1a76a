package dev.perennial.agent.config;

/** The configuration is wrong; the message names file, line and key. Exit code 2. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    public ConfigException(String message) {
        super(message);
    }
}
