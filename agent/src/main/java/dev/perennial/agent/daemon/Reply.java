package dev.perennial.agent.daemon;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a command answers: its exit code, its lines for people, and the status for programs. */
public record Reply(int exit, List<String> lines, @Nullable AgentStatus status) {
    public static final int WELL = 0;
    public static final int FAILED = 1;
    public static final int CONFIGURATION = 2;
    public static final int LOCKED = 75;
    public static final int RETIRED = 77;

    public static Reply line(int exit, String line) {
        return new Reply(exit, List.of(line), null);
    }
}
