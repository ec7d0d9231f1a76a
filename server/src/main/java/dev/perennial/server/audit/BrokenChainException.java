package dev.perennial.server.audit;

/** The chain does not lead from where it was known to where it is now: nothing may be built on it. */
final class BrokenChainException extends RuntimeException {
    BrokenChainException(String message) {
        super(message, null, false, false);
    }
}
