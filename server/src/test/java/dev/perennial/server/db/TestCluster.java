package dev.perennial.server.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL of a test's own, for a server to use through {@code --database}, that stops and starts as it is told. */
public final class TestCluster implements AutoCloseable {
    private final EmbeddedPostgres postgres;
    private final Path root;

    private TestCluster(EmbeddedPostgres postgres, Path root) {
        this.postgres = postgres;
        this.root = root;
    }

    public static TestCluster start(Path directory) {
        try {
            Path home = Files.createDirectories(directory).toRealPath();
            return new TestCluster(EmbeddedPostgres.start(home), home.resolve("postgres"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public DatabaseUri uri() {
        return postgres.uri();
    }

    /** Cuts every session; what was committed is recovered at the next start. */
    public void stopImmediately() {
        control("stop", "--wait", "--mode=immediate");
    }

    public void startAgain() {
        control("start", "--wait", "--log=" + root.resolve("log/again.log"));
    }

    private void control(String action, String... options) {
        List<String> arguments = new ArrayList<>(List.of(action, "--pgdata=" + root.resolve("data")));
        arguments.addAll(List.of(options));
        try {
            new PostgresCommands(PostgresBinaries.unpacked(root), LocalUser.current(), root.resolve("log"))
                    .run(60, "", "pg_ctl", arguments);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        postgres.stop();
    }
}
