package dev.perennial.server.db;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs PostgreSQL's programs as a user that they accept. */
final class PostgresCommands {
    private static final int LINES_SHOWN = 20;

    private final Path binaries;
    private final LocalUser user;
    private final Path logs;

    PostgresCommands(Path binaries, LocalUser user, Path logs) {
        this.binaries = binaries;
        this.user = user;
        this.logs = logs;
    }

    /**
     * Runs a program to its end. What it prints goes to a file, not to a pipe: a server it leaves behind would hold that
     * open.
     *
     * @throws DatabaseSetupException with the last lines it printed, if it fails or takes longer than the limit
     */
    void run(int limitSeconds, String input, String program, List<String> arguments) throws IOException {
        Path output = logs.resolve(program + ".log");
        List<String> command = new ArrayList<>(user.prefix());
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(binaries.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        String path = builder.environment().get("PATH");
        builder.environment().clear();
        builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try {
            process.outputWriter(StandardCharsets.UTF_8).append(input).close();
            if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw failed(program, "did not end within " + limitSeconds + " s", output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(program, "was interrupted", output);
        }
        if (process.exitValue() != 0) {
            throw failed(program, "failed", output);
        }
    }

    private DatabaseSetupException failed(String program, String how, Path output) throws IOException {
        List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
        String end = String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
        String hint = end.contains("unshare:")
                ? "\nPostgreSQL does not run as root, and this system gives root no user namespace:"
                        + " run the server as another user, or use --database"
                : "";
        return new DatabaseSetupException(
                "The embedded database: " + program + " " + how + " (see " + logs + "):\n" + end + hint);
    }
}
