package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent under a kernel that kills it, fails it, or has no room for it. */
final class SystemCallIT extends EnrolledAgent {
    private int run(List<String> prefix, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(agent.command(List.of(), arguments));
        return wait(command);
    }

    private int wait(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        root.resolve("agent.log").toFile()))
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    /** Runs the agent in a mount namespace of its own, after a mount. */
    private int runAfter(String mount) throws Exception {
        assertThat(wait(List.of("unshare", "-rm", "true")))
                .as("this machine allows mount namespaces")
                .isZero();
        return run(List.of("unshare", "-rm", "sh", "-c", mount + " && exec \"$@\"", "sh"), agent.onceArguments());
    }

    /** The calls that change a directory or make a change durable, each counted for itself by the kernel's tracer. */
    static Stream<Arguments> calls() {
        boolean all = Boolean.getBoolean("perennial.long");
        Map<String, IntStream> sampled = Map.of(
                "fsync", all ? IntStream.rangeClosed(1, 50) : IntStream.of(9, 21),
                "rename", all ? IntStream.rangeClosed(1, 20) : IntStream.of(2, 5),
                "symlink", IntStream.of(1),
                "unlink", all ? IntStream.rangeClosed(1, 12) : IntStream.of(1, 3),
                "mkdir", all ? IntStream.rangeClosed(1, 4) : IntStream.of(2));
        return sampled.entrySet().stream()
                .flatMap(entry -> entry.getValue().mapToObj(number -> Arguments.of(entry.getKey(), number)));
    }

    /** F1: SIGKILL at the N-th call of a kind. */
    @ParameterizedTest
    @MethodSource("calls")
    void rotation_killedAtSystemCall_keepsThePairAndConverges(String call, int number) throws Exception {
        assertThat(agent.once()).isZero();
        agent.assertPair();
        Path trace = root.resolve("trace");
        int exit = run(
                List.of(
                        "strace",
                        "-f",
                        "-qq",
                        "-o",
                        trace.toString(),
                        "-e",
                        "trace=/^" + call,
                        "-e",
                        "inject=/^" + call + ":signal=SIGKILL:when=" + number),
                "rotate",
                "web",
                "--config",
                agent.config.toString());
        if (exit == 0) {
            // Beyond the last one: there was nothing to kill it at.
            assertThat(calls(trace, call)).isLessThan(number);
            assertThat(Boolean.getBoolean("perennial.long"))
                    .as("the sample hits calls that there are")
                    .isTrue();
            return;
        }
        assertThat(exit).as("killed at call %d of %s", number, call).isEqualTo(137);
        agent.assertPair();
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(server.requests()).isEqualTo(1);
        assertThat(server.issued()).isLessThanOrEqualTo(2);
    }

    /** The most that one thread made: the tracer counts each thread's for itself. */
    private static long calls(Path trace, String call) throws Exception {
        try (Stream<String> lines = Files.lines(trace)) {
            return lines
                    .filter(line -> line.contains(" " + call))
                    .collect(Collectors.groupingBy(line -> line.split(" ", 2)[0], Collectors.counting()))
                    .values()
                    .stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
        }
    }

    /** F2: what a rename makes visible is on disk before, and the rename itself after. */
    @Test
    void installation_syncsFilesBeforeAndDirectoriesAfterEachRename() throws Exception {
        Path trace = root.resolve("trace");
        assertThat(run(
                        List.of("strace", "-f", "-y", "-s", "300", "-o", trace.toString(), "-e", "trace=fsync,rename"),
                        agent.onceArguments()))
                .isZero();
        List<String> lines = Files.readAllLines(trace);
        String grown = agent.install + "/..gen-000001";
        int whole = line(lines, "rename(\"" + grown + ".tmp\"", 0);
        for (String file : List.of("privkey.pem", "cert.pem", "chain.pem", "fullchain.pem", "MANIFEST.json")) {
            assertThat(line(lines, "fsync(", grown + ".tmp/" + file + ">")).isLessThan(whole);
        }
        assertThat(line(lines, "fsync(", grown + ".tmp>")).isLessThan(whole);
        int flip = line(lines, "rename(\"" + agent.install + "/..live.tmp\"", 0);
        assertThat(whole).isLessThan(flip);
        assertThat(line(lines, "<" + agent.install + ">", whole)).isLessThan(flip);
        assertThat(line(lines, "<" + agent.install + ">", flip)).isGreaterThan(flip);
    }

    private static int line(List<String> lines, String call, String path) {
        return IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains(call) && lines.get(i).contains(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + call + " of " + path));
    }

    private static int line(List<String> lines, String text, int after) {
        return IntStream.range(after, lines.size())
                .filter(i -> lines.get(i).contains(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + text));
    }

    /** F6. */
    @Test
    void fsyncThatFails_givesUpTheGenerationAndWritesAnother() throws Exception {
        assertThat(agent.once()).isZero();
        server.renew(server.only());
        Path key = agent.install.resolve("..gen-000002.tmp/privkey.pem");
        int exit = run(
                List.of(
                        "strace",
                        "-f",
                        "-qq",
                        "-o",
                        "/dev/null",
                        "-P",
                        key.toString(),
                        "-e",
                        "trace=fsync",
                        "-e",
                        "inject=fsync:error=EIO"),
                agent.onceArguments());
        assertThat(exit).isEqualTo(1);
        assertThat(agent.web().problems().get(0).reason()).contains("EIO");
        agent.assertPair();
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(server.issued()).isEqualTo(2);
    }

    /** F3. */
    @Test
    void diskThatIsFull_isNoticedBeforeTheServerIsAsked() throws Exception {
        Files.createDirectories(agent.install);
        assertThat(runAfter("mount -t tmpfs -o size=64k none " + agent.install)).isEqualTo(1);
        assertThat(agent.web().problems().get(0).reason()).contains("bytes free");
        assertThat(server.issued()).isZero();
        assertThat(agent.once()).isZero();
        agent.assertPair();
    }

    /** F5. */
    @Test
    void directoryThatIsReadOnly_isNamedWithItsError() throws Exception {
        Files.createDirectories(agent.install);
        String mount = "mount --bind %s %s && mount -o remount,bind,ro %s".replace("%s", agent.install.toString());
        assertThat(runAfter(mount)).isEqualTo(1);
        assertThat(agent.web().problems().get(0).reason()).contains("EROFS").contains(agent.install.toString());
        assertThat(server.issued()).isZero();
    }

    /** F4. */
    @Test
    void stateThatCannotBeWritten_stopsTheWorkBeforeTheServerIsAsked() throws Exception {
        assertThat(agent.once()).isZero();
        server.renew(server.only());
        int calls = server.calls.size();
        String mount = "mount --bind %s %s && mount -o remount,bind,ro %s".replace("%s", agent.state.toString());
        assertThat(runAfter(mount)).isEqualTo(1);
        assertThat(server.issued()).isEqualTo(2);
        assertThat(server.calls.subList(calls, server.calls.size())).noneMatch(call -> call.startsWith("POST"));
        agent.assertPair();
        assertThat(agent.once()).isZero();
        assertThat(agent.web().generation()).isEqualTo(2);
    }
}
