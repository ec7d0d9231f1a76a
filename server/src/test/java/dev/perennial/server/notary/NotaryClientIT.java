package dev.perennial.server.notary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole story at Notary's door, told by Debian's python3-requests, which knows nothing of this server. */
class NotaryClientIT {
    private static final Path STORY = Path.of("src/test/python/notary.py");

    /** Debian's own: another one in the path has not its packages. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final String PASSWORD = "Correct horse battery 1";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @TempDir
    private Path directory;

    @Test
    void story_fromLoginToRevocation_endsWell() throws Exception {
        MadeAccount administrator = server.account(List.of("administrator"), "**");
        server.administrator()
                .post(
                        ApiClient.ACCOUNTS + "/" + administrator.id() + "/password",
                        Bodies.spec(Map.of("password", PASSWORD)))
                .expect(200);
        Path roots =
                Files.writeString(directory.resolve("roots.pem"), server.first().roots());
        Path output = directory.resolve("output");
        Process story = new ProcessBuilder(
                        PYTHON,
                        STORY.toString(),
                        server.uri().toString(),
                        roots.toString(),
                        administrator.name(),
                        PASSWORD,
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(story.waitFor(3, TimeUnit.MINUTES)).as("the story ends").isTrue();
        String said = Files.readString(output);
        assertThat(story.exitValue()).as(said).isZero();
        assertThat(said).contains("the story ends well");
    }
}
