package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Cli;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Revoking on the command line: what a query finds, what has a key, by the key itself, and the way back from hold. */
class PeopleRevokeIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    @TempDir
    Path home;

    private Cli cli;

    @BeforeEach
    void host() throws IOException {
        Files.writeString(home.resolve("ca.pem"), server.first().roots());
        cli = new Cli(server.clock(), home)
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", home.resolve("ca.pem").toString());
    }

    private Cli administrator() {
        return cli.with("PERENNIAL_TOKEN", server.first().administratorToken());
    }

    private static @Nullable String reason(Exchange request) {
        Exchange found = server.administrator()
                .get(ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0))
                .expect(200);
        return found.at("/status/revoked").isMissingNode() ? null : found.text("/status/revoked/reason");
    }

    private static Exchange issue(KeyPair key, String name) {
        return server.administrator().submit(TestCsrs.p256(key, name)).expect(201);
    }

    @Test
    void query_isShownAndCounted_thenRevoked() {
        Exchange one = issue(TestCsrs.keyPair(), "one.query.test");
        Exchange two = issue(TestCsrs.keyPair(), "two.query.test");
        Exchange spared = issue(TestCsrs.keyPair(), "spared.test");
        String[] command = {
            "revoke",
            "--query",
            "--name-contains",
            ".query.test",
            "--state",
            "valid",
            "--reason",
            "cessationOfOperation"
        };

        Cli.Ran unasked = administrator().run(all("admin", command));

        assertThat(unasked.expect(2).err()).contains("one.query.test", "(2 of 2)", "--yes");
        assertThat(reason(one)).isNull();
        Cli.Ran revoked = administrator().run(all("admin", all(command, "--yes")));
        assertThat(revoked.expect(0).line()).isEqualTo("revoked 2 of 2");
        assertThat(List.of(String.valueOf(reason(one)), String.valueOf(reason(two))))
                .containsOnly("cessationOfOperation");
        assertThat(reason(spared)).isNull();
        assertThat(administrator()
                        .run(all("admin", all(command, "--yes")))
                        .expect(1)
                        .err())
                .contains("404 notFound");
    }

    @Test
    void revoke_wantsOneThing() {
        for (List<String> wrong : List.of(
                List.of("admin", "revoke", "--reason", "superseded", "--yes"),
                List.of("admin", "revoke", "--reason", "superseded", "--query", "--yes"),
                List.of("admin", "revoke", "abc", "--reason", "superseded", "--query", "--name", "a.test", "--yes"),
                List.of("admin", "revoke", "abc", "--reason", "superseded", "--name", "a.test", "--yes"))) {
            administrator().run(wrong.toArray(String[]::new)).expect(2);
        }
    }

    @Test
    void held_isReleased() {
        Exchange made = issue(TestCsrs.keyPair(), "held.cli.test");
        String id = made.certificateIds().get(0);
        administrator().admin("revoke", id, "--reason", "certificateHold", "--yes");
        assertThat(reason(made)).isEqualTo("certificateHold");

        assertThat(administrator()
                        .admin("certificates", "release", id, "--reason", "found")
                        .line())
                .isEqualTo("released " + id + " from hold");

        assertThat(reason(made)).isNull();
        assertThat(administrator()
                        .admin("certificates", "--name", "held.cli.test")
                        .out())
                .contains(id, "valid");
    }

    @Test
    void withKey_andReplace_areSent() {
        KeyPair key = TestCsrs.keyPair();
        Exchange made = issue(key, "key.cli.test");
        Exchange sibling = issue(key, "sibling.cli.test");
        administrator().admin("revoke", made.certificateIds().get(0), "--reason", "superseded", "--with-key", "--yes");
        // The clock may be at it already; then the command does not wait for what else has the key.
        Until.is(() -> "superseded".equals(reason(sibling)), "the revocation of what has the same key");

        Exchange replaced = issue(TestCsrs.keyPair(), "replaced.cli.test");
        assertThat(administrator()
                        .admin(
                                "revoke",
                                replaced.certificateIds().get(0),
                                "--reason",
                                "superseded",
                                "--replace",
                                "--deadline",
                                "P2D",
                                "--yes")
                        .line())
                .startsWith("another is asked for; ");
        assertThat(reason(replaced)).isNull();
    }

    static List<KeyPair> kinds() {
        return List.of(
                TestCsrs.keyPair(), TestCsrs.ecKeyPair("secp384r1"), TestCsrs.ed25519KeyPair(), TestCsrs.rsaKeyPair());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void whoHasTheKey_revokesWithoutACredential(KeyPair key) throws IOException {
        Exchange made = issue(key, "own.cli.test");
        Path certificate = Files.writeString(
                home.resolve("cert.pem"), made.newestCertificate().pem());
        Path other = Files.writeString(
                home.resolve("other.pem"),
                Pem.encode("PRIVATE KEY", TestCsrs.keyPair().getPrivate().getEncoded()));
        Path own = Files.writeString(
                home.resolve("key.pem"),
                Pem.encode("PRIVATE KEY", key.getPrivate().getEncoded()));
        assertThat(revoke(certificate, other).expect(2).err()).contains("other.pem");
        assertThat(reason(made)).isNull();

        assertThat(revoke(certificate, own).expect(0).line()).endsWith(": keyCompromise");

        assertThat(reason(made)).isEqualTo("keyCompromise");
        server.administrator().submit(TestCsrs.p256(key, "again.cli.test")).expectProblem(409, "keyNotRotated");
    }

    private Cli.Ran revoke(Path certificate, Path key) {
        return cli.run(
                "revoke",
                "--certificate",
                certificate.toString(),
                "--key",
                key.toString(),
                "--reason",
                "keyCompromise",
                "--yes");
    }

    private static String[] all(String first, String... rest) {
        String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private static String[] all(String[] first, String last) {
        String[] all = Arrays.copyOf(first, first.length + 1);
        all[first.length] = last;
        return all;
    }
}
