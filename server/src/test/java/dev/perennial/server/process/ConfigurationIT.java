package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator may get wrong: exit status 2 and a line that says what to change, or 1 where it is not the set-up. */
final class ConfigurationIT {
    private static final int FAILED = 1;
    private static final int CONFIGURATION = 2;

    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private Path directory;

    /** Each needs a JVM of its own: the gate takes some of them, a long run all. */
    private static final int EVERY = Boolean.getBoolean("perennial.long") ? 1 : 4;

    private static final String MISTAKES = """
            hostnames: [a.example.com]\\nhostname: b    | line 2    | hostname
            signers: {x: {validty: P1D}}                | line 1    | validty
            hostnames: [                                | line 1    | not YAML
            agents: {identity_validity: 90d}            | perennial.yaml | agents.identity_validity
            agents: {identity_validity: PT0S}           | perennial.yaml | at least PT1S
            retention: {certificates: P6D}              | perennial.yaml | at least P7D
            retention: {audit: forever}                 | perennial.yaml | retention.audit
            limits: {issuances: {count: 0}}             | perennial.yaml | limits.issuances.count
            limits: {issuances: {per: week}}            | perennial.yaml | limits.issuances.per
            public_url: https://certs.example.com       | perennial.yaml | public_url
            hostnames: ['-no-']                         | hostnames | -no-
            database: mysql://x/y                       | database  | postgresql://
            signers: {perennial.dev/serve: {enabled: true}} | signers   | perennial.dev/server
            signers: {perennial.dev/server: {profile: ca}} | perennial.yaml | signing+encryption
            signers: {perennial.dev/server: {revocation: crl}} | perennial.yaml | crl-ocsp or none
            signers: {perennial.dev/server: {policies: [1]}} | signers.perennial.dev/server.policies | object identifiers
            signers: {perennial.dev/manual: {policy: grants}} | signers.perennial.dev/manual.type | person
            oidc:\\n  - isuer: https://id.example.com   | line 2    | isuer
            oidc: [{issuer: https://id.example.com}]    | perennial.yaml | oidc[0].audience
            egress: {allow: [10.0.0.0/99]}              | perennial.yaml | egress.allow
            """;

    static List<Arguments> mistakes() {
        List<String> lines = MISTAKES.lines().toList();
        return IntStream.range(0, lines.size())
                .filter(i -> i % EVERY == 0)
                .mapToObj(i -> Arguments.of((Object[]) lines.get(i).strip().split("\\s*\\|\\s*")))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void mistakeInTheFile_endsWithTwoAndSaysWhere(String text, String place, String what) throws Exception {
        Path file = Files.writeString(directory.resolve("perennial.yaml"), text.replace("\\n", "\n") + "\n");
        boolean namesDatabase = text.startsWith("database");
        ServerProcess server = namesDatabase
                ? ServerProcess.launch(directory.resolve("home"), "--config", file.toString())
                : ServerProcess.launch(
                        directory.resolve("home"),
                        "--config",
                        file.toString(),
                        "--database",
                        POSTGRES.another().toString());

        assertThat(server.exit()).as(server.log()).isEqualTo(CONFIGURATION);
        assertThat(server.log()).contains(place).contains(what).doesNotContain("\tat ");
        assertThat(server.out()).isEmpty();
    }

    @Test
    void differentLimitsOnOneDatabase_keepTheSecondOut() throws Exception {
        Path home = directory.resolve("home");
        String database = POSTGRES.another().toString();
        Path file = Files.writeString(directory.resolve("other.yaml"), "limits: {issuances: {count: 7, per: P1D}}\n");
        try (ServerProcess first = ServerProcess.ready(home, "--database", database)) {
            ServerProcess second = ServerProcess.launch(home, "--database", database, "--config", file.toString());
            assertThat(second.exit()).isEqualTo(CONFIGURATION);
            assertThat(second.log()).contains("signers and limits differ");
            first.administrator().get("/health/ready").expect(200);
        }
    }

    @Test
    void sealKeyThatIsMissingOrAnother_isNamed() throws Exception {
        String database = POSTGRES.another().toString();
        Path home = directory.resolve("home");
        ServerProcess.ready(home, "--database", database).close();

        Path another = directory.resolve("another");
        ServerProcess missing = ServerProcess.launch(another, "--database", database);
        assertThat(missing.exit()).isEqualTo(CONFIGURATION);
        assertThat(missing.log()).contains(another.resolve("seal.key").toString(), "missing");

        Files.writeString(another.resolve("seal.key"), "00".repeat(32));
        ServerProcess wrong = ServerProcess.launch(another, "--database", database);
        assertThat(wrong.exit()).isEqualTo(CONFIGURATION);
        assertThat(wrong.log()).contains(another.resolve("seal.key").toString(), "is not the key");

        Files.copy(
                home.resolve("seal.key"),
                another.resolve("seal.key"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        ServerProcess.ready(another, "--database", database).close();
    }

    @Test
    void portInUse_endsWithOneAndNamesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            ServerProcess server = ServerProcess.launch(
                    directory.resolve("home"),
                    "--database",
                    POSTGRES.another().toString(),
                    "--port",
                    String.valueOf(taken.getLocalPort()));
            assertThat(server.exit()).as(server.log()).isEqualTo(FAILED);
            assertThat(server.log()).contains("port " + taken.getLocalPort()).doesNotContain("\tat ");
        }
    }

    @Test
    void homeInUse_keepsTheSecondOut() {
        Path home = directory.resolve("home");
        try (ServerProcess first = ServerProcess.ready(home)) {
            ServerProcess second = ServerProcess.launch(home);
            assertThat(second.exit()).isEqualTo(CONFIGURATION);
            assertThat(second.log()).contains("Another server runs with this home");
            assertThat(first.url()).isNotNull();
        }
    }
}
