package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.db.Strangers;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.SubmissionLoad;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} under load, of the server alone and of its database with it: what was acknowledged is there. */
final class CrashIT {
    private static final int BEFORE_THE_KILL = 150;
    private static final int KILLS = Boolean.getBoolean("perennial.long") ? 20 : 1;

    @TempDir
    private Path directory;

    @Test
    void serverKilled_losesNothingAcknowledged() throws Exception {
        Path home = directory.resolve("home");
        for (int kill = 0; kill < KILLS; kill++) {
            ServerProcess server = ServerProcess.ready(home);
            SubmissionLoad load = SubmissionLoad.on(server.administrator(), "alone-" + kill);
            load.awaitAcknowledged(BEFORE_THE_KILL);
            server.kill();
            load.stop();

            try (ServerProcess again = ServerProcess.ready(home)) {
                again.administrator().get("/health/ready").expect(200);
                load.assertAllThere(again.administrator());
                load.assertOnceAcceptedOnceThere(again.administrator());
            }
        }
    }

    @Test
    void serverAndDatabaseKilled_loseNothingAcknowledged() throws Exception {
        Path home = directory.resolve("home");
        for (int kill = 0; kill < KILLS; kill++) {
            ServerProcess server = ServerProcess.ready(home);
            SubmissionLoad load = SubmissionLoad.on(server.administrator(), "both-" + kill);
            load.awaitAcknowledged(BEFORE_THE_KILL);
            List<ProcessHandle> postgres = postgres(home);
            postgres.forEach(ProcessHandle::destroyForcibly);
            server.kill();
            load.stop();

            try (ServerProcess again = ServerProcess.ready(home)) {
                load.assertAllThere(again.administrator());
                assertDurable(home);
            }
        }
    }

    @Test
    void anotherUser_isNotLetIn() throws Exception {
        Path home = directory.resolve("home");
        // Others may come as far as the home: it is the home itself that must keep them out.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path program = Files.writeString(directory.resolve("Stranger.java"), Strangers.PROGRAM);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rw-r--r--"));
        try (ServerProcess server = ServerProcess.ready(home)) {
            assertThat(server.url()).isNotNull();
            assertThat(Strangers.connect(program, home.resolve("postgres/run/.s.PGSQL.5432")))
                    .contains("Permission denied");
        }
    }

    private static void assertDurable(Path home) {
        Vertx vertx = Vertx.vertx();
        Database database = Database.open(
                vertx,
                DatabaseUri.parse("postgresql://perennial@/perennial?host=" + home.resolve("postgres/run"), null),
                1);
        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes", "data_checksums")) {
            assertThat(Await.value(database.query("SELECT current_setting($1) AS value", Tuple.of(setting)))
                            .iterator()
                            .next()
                            .getString("value"))
                    .as(setting)
                    .isEqualTo("on");
        }
        Await.value(database.close());
        Await.value(vertx.close());
    }

    /** The postmaster and its children. */
    private static List<ProcessHandle> postgres(Path home) throws Exception {
        long pid = Long.parseLong(
                Files.readAllLines(home.resolve("postgres/data/postmaster.pid")).get(0));
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }
}
