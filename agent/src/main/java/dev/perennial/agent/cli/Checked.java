package dev.perennial.agent.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What picocli fills in before a command is called, said to the null checker. */
final class Checked {
    private Checked() {}

    static <T> T of(@Nullable T injected) {
        return Objects.requireNonNull(injected);
    }
}
