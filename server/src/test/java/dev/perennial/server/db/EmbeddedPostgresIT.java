package dev.perennial.server.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.perennial.server.testing.Await;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
    private static final int KILLS = Boolean.getBoolean("perennial.long") ? 30 : 3;

    private final Vertx vertx = Vertx.vertx();

    /** One for all tests: each leaves a database behind that the next one starts again. */
    @TempDir
    private static Path home;

    private EmbeddedPostgres postgres;

    @BeforeEach
    void start() {
        postgres = EmbeddedPostgres.start(home);
    }

    @AfterEach
    void stop() {
        postgres.stop();
        Await.value(vertx.close());
    }

    @Test
    void start_isDurableAndPrivate() {
        assertThat(setting("fsync")).isEqualTo("on");
        assertThat(setting("synchronous_commit")).isEqualTo("on");
        assertThat(setting("full_page_writes")).isEqualTo("on");
        assertThat(setting("data_checksums")).isEqualTo("on");
        assertThat(setting("listen_addresses")).isEmpty();
        assertThat(setting("is_superuser")).isEqualTo("off");
        assertThat(home.resolve("postgres")).satisfies(directory -> assertThat(Files.getPosixFilePermissions(directory))
                .isEqualTo(PosixFilePermissions.fromString("rwx------")));
    }

    @Test
    void connect_asAnotherUserOfTheMachine_isRefusedByTheDirectoryAndByTheKernelsWord(@TempDir Path common)
            throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("only root can try as somebody else")
                .isEqualTo("root");
        Path program = Files.writeString(common.resolve("Stranger.java"), Strangers.PROGRAM);
        open(common);
        Path socket = Path.of(postgres.uri().host(), ".s.PGSQL.5432");

        assertThat(Strangers.connect(program, socket)).contains("Permission denied");
        for (Path opened = socket; !opened.equals(home.getParent()); opened = opened.getParent()) {
            open(opened);
        }
        assertThat(Strangers.connect(program, socket)).contains("Peer authentication failed");
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    @Test
    void start_onAHomeInUse_isRefused() throws Exception {
        postgres.stop();
        Process other = serverInItsOwnProcess();
        try {
            assertThatThrownBy(() -> EmbeddedPostgres.start(home))
                    .isInstanceOf(DatabaseSetupException.class)
                    .hasMessageContaining("is locked");
        } finally {
            other.destroyForcibly().waitFor();
        }
        postgres = EmbeddedPostgres.start(home);
    }

    @Test
    void start_afterTheServerWasKilled_endsTheOrphanAndKeepsWhatWasCommitted() throws Exception {
        run("DROP TABLE IF EXISTS kept");
        run("CREATE TABLE kept (x int)");
        postgres.stop();
        Process other = serverInItsOwnProcess();
        ProcessHandle orphan = postmaster();
        run("INSERT INTO kept VALUES (1)");

        other.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();
        postgres = EmbeddedPostgres.start(home);

        assertThat(orphan.onExit().get(60, TimeUnit.SECONDS).isAlive()).isFalse();
        assertThat(postmaster().pid()).isNotEqualTo(orphan.pid());
        assertThat(run("SELECT x FROM kept").getInteger(0)).isEqualTo(1);
    }

    @Test
    void start_afterThePostmasterWasKilled_recovers() throws Exception {
        run("DROP TABLE IF EXISTS kept");
        run("CREATE TABLE kept (x int)");
        run("INSERT INTO kept VALUES (1)");
        ProcessHandle postmaster = postmaster();
        postmaster.destroyForcibly();
        postmaster.onExit().get(60, TimeUnit.SECONDS);

        postgres.stop();
        postgres = EmbeddedPostgres.start(home);

        assertThat(run("SELECT x FROM kept").getInteger(0)).isEqualTo(1);
    }

    /** The dead may stay unreaped, as they do in a container: what they locked must not look like held. */
    @Test
    void start_afterServerAndDatabaseWereKilledAtOnce_recoversEachTime() throws Exception {
        run("DROP TABLE IF EXISTS kept");
        run("CREATE TABLE kept (x int)");
        for (int kill = 1; kill <= KILLS; kill++) {
            postgres.stop();
            Process other = serverInItsOwnProcess();
            run("INSERT INTO kept VALUES (" + kill + ")");
            ProcessHandle postmaster = postmaster();
            List<ProcessHandle> all = new ArrayList<>(List.of(other.toHandle(), postmaster));
            all.addAll(postmaster.descendants().toList());

            all.forEach(ProcessHandle::destroyForcibly);
            other.waitFor();
            assertThat(home.resolve("postgres/run/.s.PGSQL.5432.lock")).exists();
            postgres = EmbeddedPostgres.start(home);

            assertThat(run("SELECT count(*)::int FROM kept").getInteger(0)).isEqualTo(kill);
        }
    }

    @Test
    void start_whereAForeignProcessHasTheOldNumber_leavesItAlone() throws Exception {
        Path file = home.resolve("postgres/data/postmaster.pid");
        String content = Files.readString(file);
        postgres.stop();
        Process foreign = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(file, content.replaceFirst("[0-9]+", Long.toString(foreign.pid())));

            postgres = EmbeddedPostgres.start(home);

            assertThat(foreign.isAlive()).isTrue();
            assertThat(run("SELECT 1").getInteger(0)).isEqualTo(1);
        } finally {
            foreign.destroyForcibly();
        }
    }

    @Test
    void start_inAHomeTooDeepForASocket_saysSo() {
        assertThatThrownBy(() -> EmbeddedPostgres.start(home.resolve("d".repeat(100))))
                .isInstanceOf(DatabaseSetupException.class)
                .hasMessageContaining("shorter --home");
    }

    private String setting(String name) {
        return run("SELECT current_setting('" + name + "')").getString(0);
    }

    private Row run(String sql) {
        Database database = Database.open(vertx, postgres.uri(), 1);
        try {
            var rows = Await.value(database.query(sql, Tuple.tuple())).iterator();
            return rows.hasNext() ? rows.next() : null;
        } finally {
            Await.value(database.close());
        }
    }

    private ProcessHandle postmaster() throws IOException {
        String first =
                Files.readAllLines(home.resolve("postgres/data/postmaster.pid")).get(0);
        return ProcessHandle.of(Long.parseLong(first)).orElseThrow();
    }

    private Process serverInItsOwnProcess() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Keeper.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        while (line != null && !line.equals("started")) {
            line = output.readLine();
        }
        assertThat(line).isEqualTo("started");
        return process;
    }

    /** A server's place: starts the database and stays until it is killed. */
    static final class Keeper {
        private Keeper() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedPostgres.start(Path.of(arguments[0]));
            System.out.println("started");
            // Ends with the parent too: its end closes this stream.
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        }
    }
}
