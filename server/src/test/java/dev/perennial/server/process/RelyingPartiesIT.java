package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.perennial.server.judges.Judge.Verdict;
import dev.perennial.server.judges.Judged;
import dev.perennial.server.judges.Panel;
import dev.perennial.server.process.RandomIssuer.Issued;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.ServerProcess;
import dev.perennial.server.testing.Until;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever we sign is judged alike by five relying parties: certificates of every profile below CAs of every kind, CRLs,
 * and answers to OCSP. {@code -Dperennial.seed} repeats a run.
 */
final class RelyingPartiesIT {
    private static final int CERTIFICATES = Boolean.getBoolean("perennial.long") ? 200 : 20;
    private static final int TRIES = 5;

    /** The judges are programs: this many run at a time. */
    private static final int AT_A_TIME = 2;

    private final long seed = Long.getLong("perennial.seed", System.nanoTime());

    @TempDir
    private Path directory;

    private Publication publication;

    @Test
    void everything_isJudgedAlike() {
        assertThatCode(() -> assertThat(disagreements()).isEmpty())
                .as("-Dperennial.seed=" + seed)
                .doesNotThrowAnyException();
    }

    private List<String> disagreements() throws Exception {
        try (ServerProcess server = serve()) {
            publication = new Publication(server.url(), server.file("ca.pem"));
            RandomIssuer issuer = new RandomIssuer(server.administrator());
            List<Callable<List<String>>> cases = new ArrayList<>();
            for (RandomIssuance asked : RandomIssuance.draw(seed, CERTIFICATES)) {
                Issued issued = issuer.issue(asked);
                cases.add(() -> judge(issued));
            }
            List<String> disagreements = new ArrayList<>();
            ExecutorService judges = Executors.newFixedThreadPool(AT_A_TIME);
            try {
                for (Future<List<String>> judged : judges.invokeAll(cases)) {
                    disagreements.addAll(judged.get());
                }
            } finally {
                judges.shutdownNow();
            }
            return disagreements;
        }
    }

    /**
     * {@code public_url} has the port before the server has it, and another process may be quicker. Each try has a home of
     * its own: the first start writes the URL into the CAs.
     */
    private ServerProcess serve() throws IOException {
        for (int tries = 1; ; tries++) {
            String port = Integer.toString(freePort());
            Path config = Files.writeString(
                    directory.resolve("perennial.yaml"), "public_url: http://localhost:" + port + "\n");
            try {
                return ServerProcess.ready(
                        directory.resolve("home" + tries), "--config", config.toString(), "--http-port", port);
            } catch (AssertionError e) {
                if (tries == TRIES || !String.valueOf(e.getMessage()).contains("Cannot listen on port " + port)) {
                    throw e;
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private List<String> judge(Issued issued) throws IOException {
        RandomIssuance asked = issued.asked();
        RandomAuthorities.Line line = issued.line();
        Path place = Files.createDirectory(directory.resolve("c" + asked.number()));
        Judged judged = Judged.in(
                place,
                issued.leaf().der(),
                line.issuer().der(),
                line.root().der(),
                list(line.issuerId(), issued),
                publication.get("/ca/" + line.rootId() + ".crl").body());
        if (asked.pointers()) {
            judged.answered(ocsp(place));
        }
        List<String> disagreements = Panel.disagreements(judged, asked.isRevoked() ? Verdict.REVOKED : Verdict.GOOD);
        return disagreements.isEmpty()
                ? List.of()
                : List.of(asked + ": " + disagreements + "\n" + issued.leaf().pem());
    }

    /** Such as has it if it is revoked, and has not if it was released. */
    private byte[] list(String issuerId, Issued issued) {
        Until.is(
                () -> issued.asked().isRevoked()
                        == (crl(issuerId)
                                        .getRevokedCertificate(
                                                issued.leaf().serial().value())
                                != null),
                "the CRL knows of " + issued.asked());
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

    private byte[] ocsp(Path place) throws IOException {
        new OpenSsl(place)
                .run("ocsp", "-issuer", "issuer.pem", "-cert", "leaf.pem", "-no_nonce", "-reqout", "request.der");
        return publication
                .ocsp(Files.readAllBytes(place.resolve("request.der")))
                .body();
    }
}
