package dev.perennial.server.egress;

/** A call that was not made, or had no good answer. The message is for the operator; nothing that was fetched is in it. */
public final class EgressException extends RuntimeException {
    EgressException(String message) {
        super(message, null, false, false);
    }
}
