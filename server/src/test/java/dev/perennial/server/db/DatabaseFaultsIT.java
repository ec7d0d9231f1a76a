package dev.perennial.server.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers see while the database is killed, or hangs: an honest answer in time, and everything that was promised. */
class DatabaseFaultsIT {
    private static final int CALLERS = 24;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicBoolean enough = new AtomicBoolean();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @TempDir
    private static Path home;

    private EmbeddedPostgres postgres;
    private Database database;

    @BeforeEach
    void start() {
        postgres = EmbeddedPostgres.start(home);
        database = Database.open(vertx, postgres.uri(), 8);
        Await.value(database.query("DROP TABLE IF EXISTS thing", Tuple.tuple()));
        Await.value(database.query("CREATE TABLE thing (name text PRIMARY KEY)", Tuple.tuple()));
    }

    @AfterEach
    void stop() {
        Await.value(database.close());
        postgres.stop();
        Await.value(vertx.close());
    }

    @Test
    void immediateRestartUnderLoad_losesNothingPromisedAndThePoolHeals() throws Exception {
        List<Future<Void>> callers = new ArrayList<>();
        CountDownLatch underWay = new CountDownLatch(200);
        for (int caller = 0; caller < CALLERS; caller++) {
            callers.add(insertUntilEnough("caller " + caller, 0, underWay));
        }
        assertThat(underWay.await(60, TimeUnit.SECONDS)).isTrue();

        restartImmediately();
        int before = acknowledged.size();
        CountDownLatch healed = new CountDownLatch(200);
        for (int caller = 0; caller < CALLERS; caller++) {
            callers.add(insertUntilEnough("later " + caller, 0, healed));
        }
        assertThat(healed.await(60, TimeUnit.SECONDS)).isTrue();
        enough.set(true);
        Await.value(Future.all(callers));

        assertThat(acknowledged).hasSizeGreaterThan(before);
        assertThat(failures).isNotEmpty().allSatisfy(DatabaseFaultsIT::assertUnavailable);
        assertThat(names()).containsAll(acknowledged);
    }

    @Test
    void hangingDatabase_isUnavailableInTimeAndServesAgainAfterwards() throws Exception {
        List<Long> processes = processes();
        signal("STOP", processes);
        try {
            assertUnavailable(Await.failure(database.isReady()));
            assertUnavailable(Await.failure(database.query("SELECT 1", Tuple.tuple())));
        } finally {
            signal("CONT", processes);
        }

        Await.value(database.query("SELECT 1", Tuple.tuple()));
        Await.value(database.isReady());
    }

    /** Counts down with each success; each call is one more link of the chain, whatever came of the one before. */
    private Future<Void> insertUntilEnough(String caller, int number, CountDownLatch successes) {
        if (enough.get()) {
            return Future.succeededFuture();
        }
        String name = caller + " " + number;
        return database.inTransaction(tx ->
                        tx.preparedQuery("INSERT INTO thing (name) VALUES ($1)").execute(Tuple.of(name)))
                .onSuccess(done -> {
                    acknowledged.add(name);
                    successes.countDown();
                })
                .onFailure(failures::add)
                .transform(done -> vertx.timer(done.succeeded() ? 1 : 20, TimeUnit.MILLISECONDS))
                .compose(fired -> insertUntilEnough(caller, number + 1, successes));
    }

    private void restartImmediately() throws IOException {
        Path root = home.toRealPath().resolve("postgres");
        new PostgresCommands(PostgresBinaries.unpacked(root), LocalUser.current(), root.resolve("log"))
                .run(
                        60,
                        "",
                        "pg_ctl",
                        List.of("restart", "--wait", "--mode=immediate", "--pgdata=" + root.resolve("data")));
    }

    private Set<String> names() {
        Set<String> names = new HashSet<>();
        for (Row row : Await.value(database.query("SELECT name FROM thing", Tuple.tuple()))) {
            names.add(row.getString("name"));
        }
        return names;
    }

    /** The postmaster and its children. */
    private List<Long> processes() throws IOException {
        long postmaster;
        try (Stream<String> lines = Files.lines(home.resolve("postgres/data/postmaster.pid"))) {
            postmaster = Long.parseLong(lines.findFirst().orElseThrow());
        }
        List<Long> processes = new ArrayList<>(List.of(postmaster));
        ProcessHandle.of(postmaster).orElseThrow().children().forEach(child -> processes.add(child.pid()));
        return processes;
    }

    private static void signal(String name, List<Long> processes) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(process.toString()));
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    private static void assertUnavailable(Throwable failure) {
        assertThat(failure).isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                .isEqualTo(ProblemType.UNAVAILABLE));
    }
}
