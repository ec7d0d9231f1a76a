package dev.perennial.agent.identity;

import java.io.IOException;

/** The state directory holds no identity. */
public final class NotEnrolledException extends IOException {
    private static final long serialVersionUID = 1;

    NotEnrolledException() {
        super("this agent is not enrolled: run 'perennial enroll' first");
    }
}
