package dev.perennial.server.process;

import dev.perennial.server.judges.GnuTlsJudge;
import dev.perennial.server.judges.Judge;
import dev.perennial.server.judges.Judge.Verdict;
import dev.perennial.server.judges.Judged;
import dev.perennial.server.judges.Judged.Purpose;
import dev.perennial.server.judges.NssJudge;
import dev.perennial.server.judges.OpenSslJudge;
import dev.perennial.server.judges.PathJudge;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever we sign is judged alike by five relying parties: certificates, CRLs, and answers to OCSP. */
final class RelyingPartiesIT {
    private static final int CERTIFICATES = Boolean.getBoolean("perennial.long") ? 200 : 20;

    /** NSS forgives a day. */
    private static final Duration OUTSIDE = Duration.ofDays(2);

    private static final Map<String, Judge> JUDGES = new LinkedHashMap<>(Map.of(
            "OpenSSL", new OpenSslJudge(),
            "GnuTLS", new GnuTlsJudge(),
            "NSS", new NssJudge(),
            "JDK", PathJudge.ofJdk(),
            "Bouncy Castle", PathJudge.ofBouncyCastle()));

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @TempDir
    private Path directory;

    private ApiClient api;
    private Publication publication;

    /** One that was issued and perhaps revoked. */
    private record Issued(Exchange request, Purpose purpose, boolean ed25519, boolean revoked) {
        X509 leaf() {
            return X509.parsePem(request.text("/status/certificates/0/spec/certificate"));
        }
    }

    @Test
    void everything_isJudgedAlike() throws Exception {
        int port = freePort();
        Path config =
                Files.writeString(directory.resolve("perennial.yaml"), "public_url: http://localhost:" + port + "\n");
        Path home = directory.resolve("home");
        try (ServerProcess server =
                ServerProcess.ready(home, "--config", config.toString(), "--http-port", Integer.toString(port))) {
            api = server.administrator();
            publication = new Publication(server.url(), server.file("ca.pem"));
            List<Issued> issued = new ArrayList<>();
            for (int i = 0; i < CERTIFICATES; i++) {
                issued.add(issue(i));
            }
            SoftAssertions softly = new SoftAssertions();
            for (int i = 0; i < CERTIFICATES; i++) {
                judge(softly, issued.get(i), Files.createDirectory(directory.resolve("c" + i)));
            }
            softly.assertAll();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Issued issue(int i) {
        boolean client = random.nextBoolean();
        int key = random.nextInt(4);
        String name = "n" + i + ".judged.test";
        String pem =
                switch (key) {
                    case 0 -> TestCsrs.rsa2048(name);
                    case 1 -> TestCsrs.p384(name);
                    case 2 -> TestCsrs.ed25519(name);
                    default -> TestCsrs.p256(name, "*.n" + i + ".judged.test");
                };
        Exchange request = api.post(
                        ApiClient.REQUESTS,
                        Bodies.request(pem, "target_issuer", client ? "perennial.dev/client" : "perennial.dev/server"))
                .expect(201);
        boolean revoked = random.nextBoolean();
        if (revoked) {
            String[] reasons = {"unspecified", "keyCompromise", "superseded", "certificateHold"};
            // The same RSA key is in all of a run: compromised, it would be blocked.
            String reason = key == 0 ? "superseded" : reasons[random.nextInt(reasons.length)];
            api.post(
                            ApiClient.CERTIFICATES + "/"
                                    + request.certificateIds().get(0) + "/revoke",
                            Bodies.revocation(reason))
                    .expect(200);
        }
        return new Issued(request, client ? Purpose.CLIENT : Purpose.SERVER, key == 2, revoked);
    }

    private void judge(SoftAssertions softly, Issued issued, Path place) throws Exception {
        X509 leaf = issued.leaf();
        Judged judged = judged(issued, place);
        Judged otherwise = new Judged(place, issued.purpose() == Purpose.SERVER ? Purpose.CLIENT : Purpose.SERVER);
        Verdict verdict = issued.revoked() ? Verdict.REVOKED : Verdict.GOOD;
        JUDGES.forEach((name, judge) -> {
            if (issued.ed25519() && !judge.knowsEd25519()) {
                return;
            }
            String about = name + " of " + place.getFileName() + ", seed " + seed + ": " + leaf.pem();
            softly.assertThat(judge.byLists(judged, Instant.now())).as(about).isEqualTo(verdict);
            softly.assertThat(judge.byOcsp(judged)).as("OCSP, " + about).isEqualTo(verdict);
            if (judge.judgesAtOtherTimes()) {
                softly.assertThat(judge.byLists(judged, leaf.notAfter().plus(OUTSIDE)))
                        .as("after its end, " + about)
                        .isNotEqualTo(Verdict.GOOD);
                softly.assertThat(judge.byLists(judged, leaf.notBefore().minus(OUTSIDE)))
                        .as("before its beginning, " + about)
                        .isNotEqualTo(Verdict.GOOD);
            }
            if (!issued.revoked()) {
                softly.assertThat(judge.byLists(otherwise, Instant.now()))
                        .as("for another purpose, " + about)
                        .isEqualTo(Verdict.REFUSED);
            }
        });
    }

    private Judged judged(Issued issued, Path place) throws Exception {
        X509 leaf = issued.leaf();
        String issuerId = issued.request().text("/status/certificates/0/status/issuer_id");
        byte[] issuer = publication.get("/ca/" + issuerId + ".crt").body();
        Exchange root = api.get("/v1/root_certificates").expect(200);
        return Judged.in(
                place,
                issued.purpose(),
                leaf.der(),
                issuer,
                X509.parsePem(root.text("/root_certificates/0/spec/certificate"))
                        .der(),
                list(issuerId, issued),
                publication
                        .get("/ca/" + root.text("/root_certificates/0/metadata/id") + ".crl")
                        .body(),
                ocsp(place, leaf, X509.parse(issuer)));
    }

    /** Of a revoked one such as has it. */
    private byte[] list(String issuerId, Issued issued) {
        Until.is(
                () -> !issued.revoked()
                        || crl(issuerId)
                                        .getRevokedCertificate(
                                                issued.leaf().serial().value())
                                != null,
                "it is on the CRL");
        return publication.get("/ca/" + issuerId + ".crl").body();
    }

    private X509CRL crl(String issuerId) {
        try {
            return (X509CRL) CertificateFactory.getInstance("X.509")
                    .generateCRL(new ByteArrayInputStream(
                            publication.get("/ca/" + issuerId + ".crl").body()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] ocsp(Path place, X509 leaf, X509 issuer) throws IOException {
        Files.writeString(place.resolve("asked.pem"), leaf.pem());
        Files.writeString(place.resolve("by.pem"), issuer.pem());
        new OpenSsl(place)
                .run("ocsp", "-issuer", "by.pem", "-cert", "asked.pem", "-no_nonce", "-reqout", "request.der");
        return publication
                .ocsp(Files.readAllBytes(place.resolve("request.der")))
                .body();
    }
}
