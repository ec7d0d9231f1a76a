package dev.perennial.server.fastly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.TestCsrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Fastly's own client library for Node.js, pointed at this server; {@code scripts/test} installs it. */
class FastlyClientIT {
    private static final Path CLIENT = Path.of("src/test/node/fastly.js");
    private static final Path LIBRARIES = Path.of("target/node/node_modules");

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final MadeAccount account = server.account(List.of("requester"), "**");

    @TempDir
    private Path directory;

    @Test
    void client_asksAndKeepsKeys_andUnderstandsRefusals() throws Exception {
        List<JsonNode> told = told();
        assertThat(told).hasSize(7);
        JsonNode made = told.get(0);
        assertThat(made.at("/data/type").asText()).isEqualTo("csr");
        Pkcs10 pkcs10 = Pkcs10.parsePem(made.at("/data/attributes/content").asText());
        assertThat(pkcs10.identifiers().toString()).isEqualTo("[dns:client.example.com]");
        String keyId = told.get(1).at("/data/id").asText();
        assertThat(told.get(1).at("/data/attributes/name").asText()).isEqualTo("mine");
        assertThat(told.get(2).at("/data/relationships/tls_private_key/data/id").asText())
                .isEqualTo(keyId);
        assertThat(told.get(3).at("/meta/total_pages").asInt()).isEqualTo(2);
        assertThat(told.get(4).at("/data/attributes/key_type").asText()).isEqualTo("ECDSA");
        assertThat(told.get(5).path("status").asInt()).isEqualTo(400);
        assertThat(told.get(5).path("text").asText()).contains("key_type must be one of");
        assertThat(told.get(6).path("status").asInt()).isEqualTo(409);
    }

    private List<JsonNode> told() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("ca.pem"), server.first().roots());
        Files.writeString(
                directory.resolve("key.pem"),
                Pem.encode("PRIVATE KEY", TestCsrs.keyPair().getPrivate().getEncoded()));
        ProcessBuilder node = new ProcessBuilder(
                        "node",
                        CLIENT.toString(),
                        server.uri().toString(),
                        KubernetesClients.tokenOf(server, account),
                        directory.resolve("key.pem").toString())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        node.environment()
                .putAll(Map.of(
                        "NODE_PATH",
                        LIBRARIES.toAbsolutePath().toString(),
                        "NODE_EXTRA_CA_CERTS",
                        directory.resolve("ca.pem").toString()));
        Process process = node.start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the client ends").isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("err")))
                .isZero();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(directory.resolve("out"))) {
            lines.add(new ObjectMapper().readTree(line));
        }
        return lines;
    }
}
