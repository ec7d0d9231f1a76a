package dev.perennial.server.qradar;

import org.jspecify.annotations.Nullable;

/** A failure that only this dialect knows, with its unique code. */
final class UniqueCodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final UniqueCode code;

    UniqueCodeException(UniqueCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** The one exception where it is such a failure; null where it is another. */
    static @Nullable UniqueCodeException of(@Nullable Throwable failure) {
        return failure instanceof UniqueCodeException own ? own : null;
    }

    UniqueCode code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
