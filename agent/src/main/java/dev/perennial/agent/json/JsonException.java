package dev.perennial.agent.json;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The text is not JSON, or not of the wanted shape. */
public final class JsonException extends IOException {
    private static final long serialVersionUID = 1;

    JsonException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
