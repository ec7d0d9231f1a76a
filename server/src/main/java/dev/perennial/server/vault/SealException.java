package dev.perennial.server.vault;

/** Something sealed does not open: another seal key, another purpose, or it was altered. Carries no content. */
public final class SealException extends RuntimeException {
    SealException(String message) {
        super(message);
    }
}
