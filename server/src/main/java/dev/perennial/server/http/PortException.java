package dev.perennial.server.http;

import java.io.IOException;

/** A port that cannot be listened on, as a rule because another process has it: no fault of ours, so no stack is shown. */
public final class PortException extends RuntimeException {
    PortException(int port, String address, IOException cause) {
        super(
                "Cannot listen on port " + port + " of " + address + " (" + cause.getMessage()
                        + "): end what uses it, or choose another port; 0 takes a free one",
                cause);
    }
}
