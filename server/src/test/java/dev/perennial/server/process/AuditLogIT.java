package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.SubmissionLoad;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit log} as operators run it: beside a server, without one, after a crash, and where it cannot. */
final class AuditLogIT {
    private static final int KILLS = Boolean.getBoolean("perennial.long") ? 10 : 1;

    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    private record Run(int status, String text) {}

    /** Killed while it seals under load: what was sealed holds, and what was not is sealed by the next. */
    @Test
    void serverKilledUnderLoad_leavesAWholeChain() throws Exception {
        Path home = directory.resolve("home");
        String head = "";
        for (int kill = 0; kill < KILLS; kill++) {
            ServerProcess server = ServerProcess.ready(home);
            SubmissionLoad load = SubmissionLoad.on(server.administrator(), "killed-" + kill);
            load.awaitAcknowledged(150);
            Run running = audit("--home", home.toString());
            assertThat(running.status()).as(running.text()).isZero();
            head = headOf(running);
            load.awaitAcknowledged(50);
            server.kill();
            load.stop();
        }
        Run alone = audit("--home", home.toString(), "--head", head);
        assertThat(alone.status()).as(alone.text()).isZero();
        assertThat(alone.text()).contains("clean");

        try (ServerProcess again = ServerProcess.ready(home)) {
            again.await("what was not sealed is", () -> notSealed(home) == 0);
        }
        Run stopped = audit("--home", home.toString(), "--head", head, "--json");
        assertThat(stopped.status()).as(stopped.text()).isZero();
        assertThat(stopped.text()).contains("\"clean\":true", "\"findings\":[]");

        Path file = home.resolve("audit.head");
        assertThat(stopped.text()).contains("\"wanted_head\":\"" + head + "\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Run byFile = audit("--home", home.toString());
        assertThat(byFile.status()).as(byFile.text()).isZero();
        assertThat(byFile.text())
                .contains(
                        "the one in " + file.toRealPath(),
                        "asked for: " + Files.readString(file).strip().split(" ")[1]);

        sql(home, "ALTER TABLE audit_events DISABLE TRIGGER USER");
        sql(home, "UPDATE audit_events SET actor = 'nobody' WHERE id = (SELECT min(id) FROM audit_events)");
        Run tampered = audit("--home", home.toString());
        assertThat(tampered.status()).as(tampered.text()).isOne();
        assertThat(tampered.text()).contains("finding: seal 1, rows 1 to", "not clean");

        // The server that is started for it sees the end gone, and makes no other.
        sql(home, "ALTER TABLE audit_seals DISABLE TRIGGER USER");
        sql(home, "DELETE FROM audit_seals");
        Run cutOff = audit("--home", home.toString());
        assertThat(cutOff.status()).as(cutOff.text()).isOne();
        assertThat(cutOff.text()).contains("is not in the chain", "0 seals");
        Files.writeString(file, "nonsense");
        Run nonsense = audit("--home", home.toString());
        assertThat(nonsense.status()).isEqualTo(2);
        assertThat(nonsense.text()).contains("audit.head");
    }

    private long notSealed(Path home) {
        try {
            String text = audit("--home", home.toString()).text();
            return Long.parseLong(text.replaceAll("(?s).*not sealed yet: ([0-9]+) rows.*", "$1"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** As somebody who can enter the database while the server is stopped: with a server process of its own. */
    private static void sql(Path home, String statement) throws Exception {
        try (ServerProcess server = ServerProcess.ready(home)) {
            assertThat(server.url()).isNotNull();
            Vertx vertx = Vertx.vertx();
            Database database = Database.open(
                    vertx,
                    DatabaseUri.parse("postgresql://perennial@/perennial?host=" + home.resolve("postgres/run"), null),
                    1);
            Await.value(database.pool().query(statement).execute());
            Await.value(database.close());
            Await.value(vertx.close());
        }
    }

    @Test
    void databaseOfItsOwn_isVerifiedWithTheKeyOfTheHome() throws Exception {
        Path home = directory.resolve("home");
        String database = POSTGRES.another().toString();
        ServerProcess.ready(home, "--database", database).close();
        Path file = Files.writeString(directory.resolve("perennial.yaml"), "database: " + database + "\n");

        Run byOption = audit("--home", home.toString(), "--database", database);
        assertThat(byOption.status()).as(byOption.text()).isZero();
        Run byFile = audit("--home", home.toString(), "--config", file.toString());
        assertThat(byFile.status()).as(byFile.text()).isZero();

        Run nothingEmbedded = audit("--home", home.toString());
        assertThat(nothingEmbedded.status()).isEqualTo(2);
        assertThat(nothingEmbedded.text()).contains("no embedded database");
        Run noHead = audit("--home", home.toString(), "--database", database, "--head", "ab".repeat(32));
        assertThat(noHead.status()).isOne();
        Run badHead = audit("--home", home.toString(), "--database", database, "--head", "ab");
        assertThat(badHead.status()).isEqualTo(2);
        Run oldSchema = audit(
                "--home", home.toString(), "--database", POSTGRES.another().toString());
        assertThat(oldSchema.status()).isEqualTo(2);
        assertThat(oldSchema.text()).contains("start the server once");
    }

    @Test
    void homeThatIsNotThere_isNotMade() throws Exception {
        Path home = directory.resolve("nowhere");
        Run run = audit("--home", home.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.text()).contains("no home " + home);
        assertThat(home).doesNotExist();
    }

    private static String headOf(Run run) {
        return run.text().replaceAll("(?s).*head: ([0-9a-f]{64}) seal.*", "$1");
    }

    private Run audit(String... options) throws Exception {
        List<String> command = new ArrayList<>(ServerProcess.command("audit", "log"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PERENNIAL_"));
        Path output = directory.resolve("audit.txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(output));
    }
}
