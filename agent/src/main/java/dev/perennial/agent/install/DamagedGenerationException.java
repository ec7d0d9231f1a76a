package dev.perennial.agent.install;

import java.io.IOException;

/** A generation on disk is not what its manifest says, or gives no usable pair. */
public final class DamagedGenerationException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedGenerationException(String message) {
        super(message);
    }
}
