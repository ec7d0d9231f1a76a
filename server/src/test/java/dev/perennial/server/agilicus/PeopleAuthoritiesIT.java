package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.Cli;
import dev.perennial.server.testing.OfflineRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code admin authorities} against a real server, and a real root that is not the server's. */
final class PeopleAuthoritiesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @TempDir
    private Path home;

    private Cli cli;

    @BeforeEach
    void bootstrap() throws Exception {
        Path ca = Files.writeString(home.resolve("roots.pem"), server.first().roots());
        cli = new Cli(server.clock(), home)
                .with("PERENNIAL_SERVER", server.uri().toString())
                .with("PERENNIAL_CA", ca.toString())
                .with("PERENNIAL_TOKEN", server.first().administratorToken());
    }

    private String made(String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "authorities";
        all[1] = "create";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[all.length - 1] = "--json";
        return cli.admin(all).json().at("/metadata/id").asText();
    }

    @Test
    void authorities_areMade_listed_shown_disabledAndEnabled() {
        String root = made("Shop Root", "--type", "root", "--organization", "Shop", "--key", "ec-p256");
        String below = made("Shop CA", "--type", "intermediate", "--issuer", root, "--permit", "dns:shop.example.com");
        String ofAll = made("For all", "--type", "root", "--installation", "--validity", "P400D");

        Cli.Ran table = cli.admin("authorities", "list", "--all");
        assertThat(table.out().lines().findFirst().orElseThrow())
                .matches("ID +NAME +TYPE +STATE +KEY +ORGANISATION +EXPIRES +CUTS SHORT");
        assertThat(table.out().lines().filter(line -> line.startsWith(below)))
                .singleElement()
                .asString()
                .matches(below + " +Shop CA +intermediate +enabled +ec-p384 +default +in \\d+ d +-");
        assertThat(table.out()).containsPattern(ofAll + " +For all +root +enabled +ec-p384 +\\(all\\)");
        assertThat(table.out()).containsPattern("Perennial Issuing CA +intermediate .* in \\d+ d +in \\d+ d");

        assertThat(cli.admin("authorities", "show", below).out())
                .contains("CN=Shop CA", root, "dns:shop.example.com", "path length", "SHA-256");
        Cli.Ran unasked = cli.run("admin", "authorities", "disable", below).expect(2);
        assertThat(unasked.err()).contains("Shop CA", "--yes");
        assertThat(cli.admin("authorities", "disable", below, "--yes").out()).containsPattern("state +disabled");
        assertThat(cli.admin("authorities", "enable", below).out()).containsPattern("state +enabled");
        assertThat(cli.run("admin", "authorities", "show", "AAAAAAAAAAAAAAAAAAAAAA")
                        .expect(1)
                        .err())
                .contains("no such certificate authority");
        assertThat(cli.run("admin", "authorities", "csr", below).expect(2).err())
                .contains("not made elsewhere");
    }

    @Test
    void offlineRoot_andImport() throws Exception {
        OfflineRoot offline = new OfflineRoot(home);
        String id = made("Below offline", "--type", "intermediate");
        assertThat(cli.admin("authorities", "show", id).err()).contains("authorities csr " + id);
        offline.signed(cli.admin("authorities", "csr", id).out());
        String ca = home.resolve("ca.pem").toString();
        String root = home.resolve("root.pem").toString();
        assertThat(cli.run("admin", "authorities", "certificate", id, ca)
                        .expect(1)
                        .err())
                .contains("not self-signed");
        assertThat(cli.admin("authorities", "certificate", id, ca, root).out())
                .containsPattern("state +enabled")
                .contains(X509.parsePem(Files.readString(home.resolve("ca.pem")))
                        .serial()
                        .hex());

        offline.openSsl()
                .run(
                        "pkcs12",
                        "-export",
                        "-inkey",
                        "root.key",
                        "-in",
                        "root.pem",
                        "-out",
                        "root.p12",
                        "-passout",
                        "pass:pw");
        String key = home.resolve("root.key").toString();
        assertThat(cli.run("admin", "authorities", "import", "--certificate", root)
                        .expect(2)
                        .err())
                .contains("--pkcs12");
        Cli.Ran taken = cli.typing("pw\n")
                .admin(
                        "authorities",
                        "import",
                        "--pkcs12",
                        home.resolve("root.p12").toString(),
                        "--password-file",
                        "-");
        assertThat(taken.out()).contains("Offline Root").doesNotContain("PRIVATE", "pw\n");
        assertThat(cli.run("admin", "authorities", "import", "--certificate", root, "--key", key)
                        .expect(1)
                        .err())
                .contains("subject already");
        String dropped = made("Never signed", "--type", "intermediate");
        assertThat(cli.admin("authorities", "delete", dropped, "--yes").line())
                .isEqualTo("deleted certificate authority " + dropped);
    }
}
