package dev.perennial.agent.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HookRunnerTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    private Path root;

    private void run(Duration timeout, String script) throws Exception {
        new HookRunner(timeout).run(List.of("sh", "-c", script), Map.of("A", "b"), root.resolve("log"));
    }

    private static boolean isAlive(Path pidFile) throws Exception {
        long pid = Long.parseLong(Files.readString(pidFile).strip());
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        // A killed child that nobody has reaped yet is no survivor.
        return Files.exists(stat) && !Files.readString(stat).contains(") Z ");
    }

    @Test
    void hookThatSucceeds_leavesItsOutput() throws Exception {
        run(LONG, "echo $A; echo c >&2");
        assertThat(root.resolve("log")).hasContent("b\nc");
    }

    @Test
    void hookThatFails_saysItsStatus() {
        assertThatThrownBy(() -> run(LONG, "exit 3")).hasMessageContaining("ended with 3");
    }

    /** F13. */
    @Test
    void hookThatHangs_isKilledWithAllItsChildren() throws Exception {
        Path first = root.resolve("first");
        Path second = root.resolve("second");
        assertThatThrownBy(() -> run(
                        Duration.ofMillis(700),
                        "echo $$ > " + first + "; sleep 1000 & echo $! > " + second + "; sleep 1000"))
                .hasMessageContaining("did not end within");
        Instant end = Instant.now().plusSeconds(10);
        while (isAlive(first) || isAlive(second)) {
            assertThat(Instant.now()).isBefore(end);
        }
    }

    /** F14. */
    @Test
    void hookThatLeavesADaemonWithItsOutput_isNotWaitedFor() throws Exception {
        Path pid = root.resolve("pid");
        Instant start = Instant.now();
        run(LONG, "sleep 300 & echo $! > " + pid + "; echo ok");
        assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(20));
        assertThat(isAlive(pid)).isTrue();
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** F15. */
    @Test
    void hookThatPrintsWithoutEnd_fillsNoDisk() throws Exception {
        run(LONG, "yes | head -c 1G");
        assertThat(Files.size(root.resolve("log"))).isLessThan(1 << 20);
    }
}
