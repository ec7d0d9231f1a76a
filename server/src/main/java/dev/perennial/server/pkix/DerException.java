package dev.perennial.server.pkix;

/** Bytes that are not the DER that was expected. Never leaves this package: whoever parses says what it was parsing. */
final class DerException extends RuntimeException {
    DerException(String message) {
        // Hostile input is ordinary input: no stack trace, so that refusing stays cheap.
        super(message, null, false, false);
    }

    /** The message, never null. */
    String detail() {
        return String.valueOf(getMessage());
    }
}
