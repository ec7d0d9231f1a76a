package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The shell examples of the dialects' pages, run as they stand there against a real server: none of them may fail. After
 * them those of a page that goes on where the first one ends.
 */
final class DialectExamplesIT {
    private static final Path PAGES = Path.of(System.getProperty("perennial.docs", "../docs/dialects"));

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"agilicus.md, ../inventory.md", "fastly.md,", "notary.md,", "qradar.md,"})
    void examples_doWhatTheySay(String page, @Nullable String next) throws Exception {
        try (ServerProcess server = ServerProcess.ready(directory.resolve("home"))) {
            Path script = Files.writeString(
                    directory.resolve("examples.sh"), script(page, server) + (next == null ? "" : blocks(next)));
            Path output = directory.resolve("output");
            Process shell = new ProcessBuilder("bash", "-x", script.toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(shell.waitFor(3, TimeUnit.MINUTES))
                    .as("the examples end")
                    .isTrue();
            String said = Files.readString(output);
            assertThat(shell.exitValue()).as(said).isZero();
            assertThat(said).contains("web.pem: OK").doesNotContain("\"internal\"");
        }
    }

    /** The blocks of the page one after the other, with this server in the place of the one that they speak of. */
    private static String script(String page, ServerProcess server) throws Exception {
        return "set -euo pipefail\nPERENNIAL=" + server.url() + "\nHOME_OF_SERVER=home\n" + blocks(page);
    }

    private static String blocks(String page) throws Exception {
        List<String> lines = Files.readAllLines(PAGES.resolve(page));
        StringBuilder script = new StringBuilder();
        boolean inBlock = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                inBlock = line.equals("```sh");
            } else if (inBlock && !line.startsWith("PERENNIAL=") && !line.startsWith("HOME_OF_SERVER=")) {
                script.append(line).append('\n');
            }
        }
        assertThat(lines.stream().filter(line -> line.equals("```sh")).collect(Collectors.toList()))
                .isNotEmpty();
        return script.toString();
    }
}
