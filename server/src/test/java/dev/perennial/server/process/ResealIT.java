package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.TestCsrs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code reseal} as operators run it: the seal key changes, and CAs and audit record go on. */
final class ResealIT {
    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    private record Run(int status, String text) {}

    @Test
    void sealKey_isChanged_twice_andEverythingGoesOn() throws Exception {
        Path home = directory.resolve("home");
        Path file = home.resolve("seal.key");
        String roots;
        try (ServerProcess server = ServerProcess.ready(home)) {
            server.administrator().submit(TestCsrs.p256("before.test")).expect(201);
            roots = server.file("ca.pem");
            Run refused = run("reseal", "--home", home.toString());
            assertThat(refused.status()).as(refused.text()).isEqualTo(2);
            assertThat(refused.text()).contains("stop it first");
        }
        String first = Files.readString(file);

        for (int change = 0; change < 2; change++) {
            String before = Files.readString(file);
            Run done = run("reseal", "--home", home.toString());
            assertThat(done.status()).as(done.text()).isZero();
            assertThat(done.text()).contains("4 keys").doesNotContain(before.strip());
            assertThat(Files.readString(file)).isNotEqualTo(before);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(home.resolve("seal.key.new")).doesNotExist();
            try (ServerProcess server = ServerProcess.ready(home)) {
                server.administrator().submit(TestCsrs.p256(change + ".test")).expect(201);
                assertThat(server.file("ca.pem")).isEqualTo(roots);
                assertThat(server.administrator()
                                .get("/v1/audit_events?action=change-seal-key")
                                .expect(200)
                                .at("/audit_events"))
                        .hasSize(change + 1);
            }
        }
        // Seals made by three keys, verified from the first to the last.
        Run audit = run("audit", "log", "--home", home.toString());
        assertThat(audit.status()).as(audit.text()).isZero();
        assertThat(audit.text()).contains("clean").doesNotContain("not clean");

        Files.writeString(file, first);
        ServerProcess old = ServerProcess.launch(home, "--port", "0");
        assertThat(old.exit()).isEqualTo(2);
        assertThat(old.log()).contains("seal.key is not the key");
        Run byOld = run("reseal", "--home", home.toString());
        assertThat(byOld.status()).as(byOld.text()).isEqualTo(2);
    }

    /** Killed before the commit, or between the commit and the last step: the home is found whole either way. */
    @Test
    void changeThatWasInterrupted_isFinishedOrNotBegun() throws Exception {
        Path home = directory.resolve("home");
        Path file = home.resolve("seal.key");
        Path next = home.resolve("seal.key.new");
        ServerProcess.ready(home).close();
        String before = Files.readString(file);
        Files.writeString(next, "ab".repeat(32) + "\n");
        Run notBegun = run("audit", "log", "--home", home.toString());
        assertThat(notBegun.status()).as(notBegun.text()).isZero();
        assertThat(next).exists();
        ServerProcess.ready(home).close();
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(next).doesNotExist();

        assertThat(run("reseal", "--home", home.toString()).status()).isZero();
        String after = Files.readString(file);
        Files.writeString(next, after);
        Files.writeString(file, before);
        Run unfinished = run("audit", "log", "--home", home.toString());
        assertThat(unfinished.status()).as(unfinished.text()).isZero();
        assertThat(Files.readString(file)).isEqualTo(before);
        try (ServerProcess server = ServerProcess.ready(home)) {
            server.administrator().submit(TestCsrs.p256("after.test")).expect(201);
        }
        assertThat(Files.readString(file)).isEqualTo(after);
        assertThat(next).doesNotExist();
    }

    @Test
    void databaseOfItsOwn_withAServerOnIt_isLeftAlone() throws Exception {
        Path home = directory.resolve("home");
        String database = POSTGRES.another().toString();
        try (ServerProcess server = ServerProcess.ready(home, "--database", database)) {
            String key = server.file("seal.key");
            Run refused = run("reseal", "--home", home.toString(), "--database", database);
            assertThat(refused.status()).as(refused.text()).isEqualTo(2);
            assertThat(refused.text()).contains("1 server runs on this database");
            assertThat(server.file("seal.key")).isEqualTo(key);
        }
        Run done = run("reseal", "--home", home.toString(), "--database", database);
        assertThat(done.status()).as(done.text()).isZero();
        ServerProcess.ready(home, "--database", database).close();
        Run oldSchema = run(
                "reseal",
                "--home",
                home.toString(),
                "--database",
                POSTGRES.another().toString());
        assertThat(oldSchema.status()).as(oldSchema.text()).isEqualTo(2);
        Run nowhere = run("reseal", "--home", directory.resolve("nowhere").toString());
        assertThat(nowhere.status()).isEqualTo(2);
    }

    private Run run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(ServerProcess.command(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PERENNIAL_"));
        Path output = directory.resolve("output.txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return new Run(process.exitValue(), Files.readString(output));
    }
}
