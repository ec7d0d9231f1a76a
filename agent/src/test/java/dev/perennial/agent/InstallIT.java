package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.renewal.Activity;
import dev.perennial.agent.renewal.Phase;
import dev.perennial.agent.testing.TestAgent;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to the published directory on a host: damage, other hands, hooks that fail. */
final class InstallIT extends EnrolledAgent {
    private Path live(String file) throws Exception {
        return agent.install.resolve(file).toRealPath();
    }

    private static void truncate(Path file) throws Exception {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    @Test
    void layout_hasPermanentLinksThroughTheOneThatIsFlipped() throws Exception {
        agent.once();
        assertThat(Files.readSymbolicLink(agent.install.resolve("..live"))).hasToString("..gen-000001");
        for (String name : List.of("privkey.pem", "cert.pem", "chain.pem", "fullchain.pem")) {
            assertThat(Files.readSymbolicLink(agent.install.resolve(name))).hasToString("..live/" + name);
        }
        assertThat(agent.install.resolve("..gen-000001/MANIFEST.json")).exists();
    }

    /** F2. */
    @Test
    void liveGenerationThatLostAFile_fallsBackAndIsMadeAgain() throws Exception {
        agent.once();
        server.renew(server.only());
        agent.once();
        truncate(live("cert.pem"));
        truncate(live("fullchain.pem"));
        agent.once();
        agent.assertPair();
        assertThat(agent.web().alarm()).contains("generation 2 is damaged");
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(server.issued())
                .as("the server's certificate is taken again")
                .isEqualTo(2);
    }

    /** F2. */
    @ParameterizedTest
    @ValueSource(strings = {"privkey.pem", "cert.pem", "chain.pem", "fullchain.pem", "MANIFEST.json"})
    void liveGenerationWithATruncatedFile_isDamagedAndNotDrift(String file) throws Exception {
        agent.once();
        server.renew(server.only());
        agent.once();
        truncate(agent.install.resolve("..gen-000002").resolve(file));
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(agent.web().drift()).isNull();
        assertThat(agent.web().alarm()).contains("generation 2 is damaged").contains("generation 1 is live again");
        assertThat(agent.web().generation()).isEqualTo(3);
        assertThat(server.issued()).isEqualTo(2);
        assertThat(agent.once()).isZero();
        assertThat(agent.web().alarm()).as("all is well again").isNull();
    }

    /** F2. */
    @ParameterizedTest
    @ValueSource(strings = {"cert.pem", "chain.pem", "fullchain.pem", "MANIFEST.json"})
    void onlyGenerationWithItsKeyLeft_getsItsCertificateAgain(String file) throws Exception {
        agent.once();
        String key = Files.readString(live("privkey.pem"));
        truncate(agent.install.resolve("..gen-000001").resolve(file));
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(Files.readString(live("privkey.pem"))).isEqualTo(key);
        assertThat(server.issued()).isEqualTo(1);
    }

    /** F2. */
    @Test
    void onlyGenerationThatLostItsKey_getsANewKey() throws Exception {
        agent.once();
        truncate(live("privkey.pem"));
        agent.once();
        agent.assertPair();
        assertThat(agent.web().alarm()).contains("generation 1 is damaged");
        assertThat(server.requests()).isEqualTo(1);
    }

    /** F20. */
    @Test
    void pairOfSomebodyElse_isReportedAndLeftAlone() throws Exception {
        agent.once();
        TestAgent.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=theirs",
                "-keyout",
                live("privkey.pem").toString(),
                "-out",
                live("fullchain.pem").toString());
        String theirs = Files.readString(live("privkey.pem"));
        server.renew(server.only());
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.web().phase()).isEqualTo(Phase.BLOCKED);
        assertThat(agent.web().drift()).contains("..gen-000001");
        assertThat(Files.readString(live("privkey.pem"))).isEqualTo(theirs);
        assertThat(agent.run("renew", "web")).isZero();
        agent.assertPair();
    }

    /** F20. */
    @Test
    void linkThatSomebodyReplaced_isReportedAndLeftAlone() throws Exception {
        agent.once();
        Path link = agent.install.resolve("cert.pem");
        Files.delete(link);
        Files.writeString(link, "theirs");
        server.renew(server.only());
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.web().drift()).contains("cert.pem");
        assertThat(Files.readString(link)).isEqualTo("theirs");
        assertThat(agent.run("renew", "web")).isZero();
        agent.assertPair();
        assertThat(Files.readSymbolicLink(link)).hasToString("..live/cert.pem");
    }

    /** F20, F23. */
    @Test
    void keyOfSomebodyElse_isLeftAloneThoughTheLiveLinkIsGone() throws Exception {
        agent.once();
        Path key = agent.install.resolve("privkey.pem");
        Files.delete(key);
        Files.writeString(key, "theirs");
        Files.delete(agent.install.resolve("..live"));
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.web().drift()).contains("privkey.pem");
        assertThat(Files.readString(key)).isEqualTo("theirs");
    }

    /** F23. */
    @Test
    void liveLinkThatLeadsElsewhere_isLeftAlone() throws Exception {
        agent.once();
        Path live = agent.install.resolve("..live");
        Path elsewhere = Files.createDirectory(root.resolve("elsewhere"));
        Files.delete(live);
        Files.createSymbolicLink(live, elsewhere);
        server.renew(server.only());
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.web().drift()).contains("..live");
        assertThat(Files.readSymbolicLink(live)).isEqualTo(elsewhere);
    }

    /** F20. */
    @Test
    void rollbackByHand_staysUntilRenewSaysOtherwise() throws Exception {
        agent.once();
        server.renew(server.only());
        agent.once();
        Path live = agent.install.resolve("..live");
        Files.delete(live);
        Files.createSymbolicLink(live, Path.of("..gen-000001"));
        server.renew(server.only());
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.web().drift()).contains("generation 1");
        assertThat(Files.readSymbolicLink(live)).hasToString("..gen-000001");
        assertThat(agent.run("renew", "web")).isZero();
        agent.assertPair();
        assertThat(Files.readSymbolicLink(live)).hasToString("..gen-000003");
    }

    /** F21. */
    @Test
    void keyThatOthersMayRead_isReportedAndStopsNoRenewal() throws Exception {
        agent.once();
        Files.setPosixFilePermissions(live("privkey.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        agent.once();
        assertThat(agent.web().alarm()).contains("privkey.pem has mode rw-r--r--");
        assertThat(agent.status().healthy()).isFalse();
        server.renew(server.only());
        assertThat(agent.once()).isZero();
        assertThat(agent.once()).isZero();
        assertThat(agent.web().generation()).isEqualTo(2);
        assertThat(agent.status().healthy()).isTrue();
    }

    @Test
    void otherDirectory_getsItsPairWithoutAnAlarm() throws Exception {
        agent.once();
        Path other = root.resolve("other");
        Files.writeString(
                agent.config, Files.readString(agent.config).replace(agent.install.toString(), other.toString()));
        assertThat(agent.once()).isZero();
        assertThat(agent.web().alarm()).isNull();
        agent.assertPair(other);
        agent.assertPair();
    }

    @Test
    void directoryThatHoldsFilesOfSomebodyElse_isRefusedBeforeTheServerIsAsked() throws Exception {
        Files.createDirectories(agent.install);
        Files.writeString(agent.install.resolve("privkey.pem"), "theirs");
        assertThat(agent.once()).isEqualTo(1);
        assertThat(server.issued()).isZero();
        assertThat(Files.readString(agent.install.resolve("privkey.pem"))).isEqualTo("theirs");
    }

    /** F12, F18. */
    @Test
    void hookThatFails_isRetriedUntilItSucceedsAndTheOthersAreNot() throws Exception {
        Path counter = root.resolve("counter");
        Path other = root.resolve("other");
        agent.configure("hooks: {deploy: [[sh, -c, 'echo x >> " + counter + "; test $(wc -l < " + counter
                + ") -gt 3'], [sh, -c, 'echo x >> " + other + "']]}");
        for (int i = 0; i < 3; i++) {
            assertThat(agent.once()).isEqualTo(1);
            assertThat(agent.web().phase()).isEqualTo(Phase.DEPLOY_PENDING);
            assertThat(agent.web().problems()).singleElement().satisfies(problem -> assertThat(problem.activity())
                    .isEqualTo(Activity.HOOKS));
            assertThat(server.reports).isEmpty();
        }
        assertThat(agent.once()).isZero();
        assertThat(Files.readAllLines(counter)).hasSize(4);
        assertThat(Files.readAllLines(other)).hasSize(1);
        assertThat(server.reports).hasSize(1);
    }

    @Test
    void hook_isToldWhatWasInstalled() throws Exception {
        agent.configure("hooks: {deploy: [[sh, -c, 'env > " + root.resolve("env") + "']]}");
        assertThat(agent.once()).isZero();
        assertThat(Files.readString(root.resolve("env")))
                .contains("CERT_NAME=web\n")
                .contains("CERT_DIR=" + agent.install + "\n")
                .contains("CERT_GEN=" + agent.install.resolve("..gen-000001") + "\n")
                .contains("CERT_SERIAL=" + agent.web().serialNumber() + "\n")
                .contains("CERT_REASON=first certificate\n");
    }

    @Test
    void hookThatIsMissing_isFoundBeforeTheServerIsAsked() throws Exception {
        agent.configure("hooks: {deploy: [[/nowhere/reload]]}");
        assertThat(agent.once()).isEqualTo(1);
        assertThat(server.issued()).isZero();
        assertThat(agent.run("check")).isEqualTo(1);
    }

    @Test
    void generations_areKeptToThree() throws Exception {
        agent.once();
        for (int i = 0; i < 5; i++) {
            server.renew(server.only());
            assertThat(agent.once()).isZero();
        }
        try (var files = Files.list(agent.install)) {
            assertThat(files.filter(path -> Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                            .map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("..gen-000004", "..gen-000005", "..gen-000006");
        }
    }
}
