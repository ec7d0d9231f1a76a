package dev.perennial.server.kubernetes;

import org.jspecify.annotations.Nullable;

/** A failure that only this dialect knows: with its HTTP status, upstream's reason, and what to do. */
final class StatusException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;
    private final String reason;
    private final @Nullable String name;

    StatusException(int code, String reason, String message) {
        this(code, reason, null, message);
    }

    private StatusException(int code, String reason, @Nullable String name, String message) {
        super(message, null, false, false);
        this.code = code;
        this.reason = reason;
        this.name = name;
    }

    /** Of an object that the path of the call does not name. */
    static StatusException alreadyExists(String name, String how) {
        return new StatusException(409, "AlreadyExists", name, Group.named(name) + " already exists" + how);
    }

    /** Something has been forgotten since: list again. */
    static StatusException expired(String message) {
        return new StatusException(410, "Expired", message);
    }

    static StatusException conflict(String message) {
        return new StatusException(409, "Conflict", message);
    }

    static StatusException forbidden(String message) {
        return new StatusException(403, "Forbidden", message);
    }

    static StatusException invalid(String message) {
        return new StatusException(422, "Invalid", message);
    }

    /** The one exception where it is such a failure; null where it is another. */
    static @Nullable StatusException of(@Nullable Throwable failure) {
        return failure instanceof StatusException status ? status : null;
    }

    int code() {
        return code;
    }

    String reason() {
        return reason;
    }

    /** Of the object that it is about, where the path of the call does not tell. */
    @Nullable
    String name() {
        return name;
    }
}
