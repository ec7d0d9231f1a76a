package dev.perennial.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Kubectl;
import dev.perennial.server.testing.KubernetesClients;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCsrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** kubectl as it is, Debian's 1.20 and a current one: what it shows of requests, and what it does with them. */
class KubectlIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.PERSON, false);

    @TempDir
    Path directory;

    static List<Path> programs() {
        return Kubectl.programs();
    }

    private Kubectl kubectl(Path program, String token) {
        return Kubectl.of(program, directory, server.uri(), server.first().roots(), token);
    }

    private Kubectl administrator(Path program) {
        return kubectl(program, token(server.account(List.of("administrator"), "**")));
    }

    private static String token(MadeAccount account) {
        return KubernetesClients.tokenOf(server, account);
    }

    private static Exchange held(String name) {
        return server.administrator().submit(TestCsrs.p256(name)).expect(201);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void requests_areListed_approved_denied_andTheirCertificateVerifies(Path program) throws IOException {
        Kubectl kubectl = administrator(program);
        String yes = held("yes.test").id();
        String no = held("no.test").id();
        assertThat(kubectl.run("get", "csr").expect(0).out())
                .containsPattern("NAME +AGE +SIGNERNAME +REQUESTOR +REQUESTEDDURATION +CONDITION")
                .containsPattern(yes + " +\\d+s +perennial.dev/server +administrator +<none> +Pending");

        assertThat(kubectl.run("certificate", "approve", yes).expect(0).out()).contains(yes + " approved");
        assertThat(kubectl.run("certificate", "deny", no).expect(0).out()).contains(no + " denied");

        assertThat(kubectl.run("get", "csr").expect(0).out())
                .containsPattern(yes + " .* Approved,Issued")
                .containsPattern(no + " .* Denied");
        Exchange issued = server.administrator().request(yes).expect(200);
        assertThat(issued.state()).isEqualTo("ISSUED");
        assertThat(server.administrator().request(no).expect(200).state()).isEqualTo("DENIED");
        String chain = kubectl.run("get", "csr", yes, "-o", "jsonpath={.status.certificate}")
                .expect(0)
                .out();
        Files.write(directory.resolve("chain.pem"), Base64.getDecoder().decode(chain));
        Files.writeString(directory.resolve("roots.pem"), server.first().roots());
        new OpenSsl(directory).run("verify", "-CAfile", "roots.pem", "-untrusted", "chain.pem", "chain.pem");
        assertThat(kubectl.run("describe", "csr", yes).expect(0).out())
                .contains("Approved,Issued")
                .contains("yes.test");
        assertThat(kubectl.run("certificate", "deny", yes).exit()).isNotZero();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void nativeDecision_isSeen_andTheRequestIsNotTakenBackHere(Path program) {
        Kubectl kubectl = administrator(program);
        Exchange made = held("native.test");
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/" + made.id() + "/approve",
                        Bodies.object().put("reason", "known"))
                .expect(200);

        assertThat(kubectl.run("get", "csr", made.id(), "-o", "yaml").expect(0).out())
                .contains("type: Approved")
                .contains("certificate: ");
        assertThat(kubectl.run("delete", "csr", made.id()).expect(1).err()).contains("not made at this door");
        server.administrator().request(made.id()).expect(200);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whatThereIs_andWhatOneMay_isTold(Path program) {
        Kubectl kubectl = administrator(program);
        assertThat(kubectl.run("api-resources").expect(0).out())
                .containsPattern("certificatesigningrequests +csr +certificates.k8s.io/v1 +false");
        assertThat(kubectl.run("auth", "can-i", "update", "csr", "--subresource=approval")
                        .expect(0)
                        .out())
                .contains("yes");
        Kubectl reader = kubectl(program, token(server.account(List.of("reader"), "**")));
        assertThat(reader.run("auth", "can-i", "update", "csr", "--subresource=approval")
                        .out())
                .contains("no");
        String id = held("reader.test").id();
        assertThat(reader.run("certificate", "approve", id).expect(1).err()).contains("Forbidden", "is forbidden");
        assertThat(server.administrator().request(id).expect(200).state()).isEqualTo("PENDING");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void whoIsNobody_isToldSo(Path program) {
        assertThat(kubectl(program, "wrong").run("get", "csr").expect(1).err())
                .contains("must be logged in to the server");
        MadeAccount elsewhere = server.accountOf(server.organisation("**"), List.of("administrator"), "**");
        String id = held("theirs.test").id();
        Kubectl foreign = kubectl(program, token(elsewhere));
        assertThat(foreign.run("get", "csr", id).expect(1).err()).contains("not found");
        assertThat(foreign.run("get", "csr").expect(0).out()).doesNotContain(id);
    }

    private Path manifest(String name, String host, String more) throws IOException {
        return Files.writeString(directory.resolve(name + ".yaml"), """
                apiVersion: certificates.k8s.io/v1
                kind: CertificateSigningRequest
                metadata:
                  name: %s
                  labels: {team: web}
                spec:
                  request: %s
                  signerName: perennial.dev/server
                  usages: [digital signature, server auth]
                %s
                """.formatted(
                        name,
                        Base64.getEncoder().encodeToString(TestCsrs.p256(host).getBytes(StandardCharsets.US_ASCII)),
                        more));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void object_isMade_applied_changed_andDeleted_withoutAFlag(Path program) throws IOException {
        Kubectl kubectl = administrator(program);
        String version = program.startsWith("/usr") ? "new" : "old";
        String made = "made-" + version;
        Path manifest = manifest(made, made + ".test", "  expirationSeconds: 7200");
        assertThat(kubectl.run("create", "-f", manifest.toString()).expect(0).out())
                .contains(made + " created");
        assertThat(kubectl.run("create", "-f", manifest.toString()).expect(1).err())
                .contains("AlreadyExists");
        assertThat(kubectl.run("get", "csr", made).expect(0).out())
                .containsPattern(made + " .* 12[0-9]m +Pending|120m +Pending|2h +Pending");

        String applied = "applied-" + version;
        Path other = manifest(applied, applied + ".test", "");
        assertThat(kubectl.run("apply", "-f", other.toString()).expect(0).out()).contains(applied + " created");
        assertThat(kubectl.run("apply", "-f", other.toString()).expect(0).out()).contains(applied + " unchanged");
        Files.writeString(other, Files.readString(other).replace("team: web", "team: mail"));
        assertThat(kubectl.run("apply", "-f", other.toString()).expect(0).out()).contains(applied + " configured");
        assertThat(kubectl.run("get", "csr", "-l", "team=mail", "-o", "name")
                        .expect(0)
                        .out()
                        .lines())
                .containsExactly("certificatesigningrequest.certificates.k8s.io/" + applied);

        kubectl.run("label", "csr", made, "tier=one", "team-").expect(0);
        kubectl.run("annotate", "csr", made, "note=kept").expect(0);
        for (String patch : List.of(
                "--type=merge -p={\"metadata\":{\"labels\":{\"merged\":\"yes\"}}}",
                "--type=json -p=[{\"op\":\"add\",\"path\":\"/metadata/labels/listed\",\"value\":\"yes\"}]",
                "--type=strategic -p={\"metadata\":{\"labels\":{\"strategic\":\"yes\"}}}")) {
            kubectl.run("patch", "csr", made, patch.split(" ", 2)[0], patch.split(" ", 2)[1])
                    .expect(0);
        }
        assertThat(kubectl.run("get", "csr", made, "-o", "jsonpath={.metadata.labels}{.metadata.annotations.note}")
                        .expect(0)
                        .out())
                .contains("tier", "merged", "listed", "strategic", "kept")
                .doesNotContain("team");

        assertThat(kubectl.run("certificate", "approve", made).expect(0).out()).contains("approved");
        assertThat(kubectl.run("get", "csr", made, "-o", "yaml").expect(0).out())
                .contains("reason: KubectlApprove", "certificate: ");
        assertThat(kubectl.run("delete", "csr", made).expect(0).out()).contains("deleted");
        assertThat(kubectl.run("get", "csr", made).expect(1).err()).contains("NotFound");
        kubectl.run(
                        "create",
                        "-f",
                        manifest(made, "again." + made + ".test", "").toString())
                .expect(0);
        String elsewhere = held("fleet." + version + ".test").id();
        kubectl.run("delete", "csr", "--all");
        assertThat(kubectl.run("get", "csr", "-o", "name").expect(0).out())
                .doesNotContain(made, applied)
                .contains(elsewhere);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void watching_seesWhatIsDecidedElsewhere(Path program) throws IOException {
        Kubectl kubectl = administrator(program);
        String name = "watched-" + (program.startsWith("/usr") ? "new" : "old");
        kubectl.run("create", "-f", manifest(name, name + ".test", "").toString())
                .expect(0);
        // Of one by its name kubectl reads it, then watches, and drops what it is told first: what happens in between.
        try (Kubectl.Running watch = kubectl.start("get", "csr", "-w")) {
            watch.awaitLine(name + " .*Pending");
            String found = server.administrator()
                    .get(ApiClient.REQUESTS + "?name=" + name + ".test")
                    .text("/certificate_signing_requests/0/metadata/id");
            server.administrator()
                    .post(
                            ApiClient.REQUESTS + "/" + found + "/approve",
                            Bodies.object().put("reason", "known"))
                    .expect(200);
            watch.awaitLine(name + " .*Approved,Issued");
        }
    }
}
