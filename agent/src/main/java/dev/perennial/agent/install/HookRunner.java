package dev.perennial.agent.install;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs the administrator's commands: an argv, never a shell line; in a process group of its own, so that a timeout ends
 * all of it; its output in a file, since a pipe would tie us to whatever the command leaves running.
 */
public final class HookRunner {
    private static final Logger LOG = Logger.getLogger(HookRunner.class.getName());
    private static final long OUTPUT_LIMIT = 256 << 10;
    private static final long LOOK_MILLIS = 20;
    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final Duration timeout;

    public HookRunner(Duration timeout) {
        this.timeout = timeout;
    }

    /** Runs one command to its end; fails with its exit status or the timeout. */
    public void run(List<String> argv, Map<String, String> environment, Path output) throws IOException {
        Files.deleteIfExists(output);
        List<String> command = new ArrayList<>(argv);
        if (Files.isExecutable(SETSID)) {
            // Not a group leader when it starts, so it does not fork: its pid is the group's.
            command.add(0, SETSID.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(new java.io.File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new HookException("hook " + argv.get(0) + " cannot be started: " + e.getMessage());
        }
        await(process, argv.get(0), output);
    }

    private void await(Process process, String name, Path output) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        try {
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                cap(output);
                if (System.nanoTime() - end > 0) {
                    kill(process);
                    throw new HookException("hook " + name + " did not end within " + timeout);
                }
            }
        } catch (InterruptedException e) {
            kill(process);
            Thread.currentThread().interrupt();
            throw new HookException("hook " + name + " was interrupted");
        }
        cap(output);
        if (process.exitValue() != 0) {
            throw new HookException("hook " + name + " ended with " + process.exitValue() + ", see " + output);
        }
    }

    /** The file is written in append mode: cut to nothing, what follows starts at its beginning. */
    private static void cap(Path output) throws IOException {
        if (Files.exists(output) && Files.size(output) > OUTPUT_LIMIT) {
            try (FileChannel channel = FileChannel.open(output, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
        }
    }

    /** The whole group, and those of its children that have left it. */
    private static void kill(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        try {
            new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot run kill: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
    }

    /** A command of the administrator failed. */
    public static final class HookException extends IOException {
        private static final long serialVersionUID = 1;

        HookException(String message) {
            super(message);
        }
    }
}
