package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.GivenFile;
import dev.perennial.agent.config.ServerUrl;
import dev.perennial.agent.daemon.HttpThreads;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.PrivateKeys;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code revoke}: by proof of possession of the key, without any credential. */
@Command(
        name = "revoke",
        mixinStandardHelpOptions = true,
        description = {
            "Revoke a certificate whose private key you have, for good.",
            "No login is needed: the key signs that it is to be revoked. With keyCompromise the key is blocked, and whatever"
                    + " else has it is revoked too."
        },
        footer = {
            "",
            "  perennial revoke --certificate cert.pem --key privkey.pem --reason keyCompromise"
                    + " --server https://certs.example.com:8443 --ca ca.pem"
        })
final class RevokeByKeyCommand implements Callable<Integer> {
    private static final String PATH = Paths.CERTIFICATES + "/revoke_by_key";

    private final Surroundings surroundings;

    @Option(
            names = "--certificate",
            required = true,
            paramLabel = "FILE",
            description = "The certificate in PEM; of a chain the first.")
    private Path certificateFile = Path.of("");

    @Option(names = "--key", required = true, paramLabel = "FILE", description = "Its private key, PKCS#8 in PEM.")
    private Path keyFile = Path.of("");

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "REASON",
            completionCandidates = Words.Reasons.class,
            description = "Why (RFC 5280): ${COMPLETION-CANDIDATES}.")
    private String reason = "";

    @Option(names = "--server", paramLabel = "URL", description = "https://HOST:PORT; else $PERENNIAL_SERVER.")
    private @Nullable String server;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "The server's root certificates in PEM; else $PERENNIAL_CA.")
    private @Nullable Path ca;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    @Mixin
    private Consent consent = new Consent();

    RevokeByKeyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws Exception {
        URI url = url();
        List<X509Certificate> roots = Access.roots(Access.ca(surroundings, ca), url, null);
        X509Certificate certificate = certificate();
        PrivateKey key = key(certificate);
        ServerClock clock = new ServerClock(surroundings.clock());
        Times times = new Times(clock::now, surroundings.zone());
        ServerOptions options = new ServerOptions();
        options.json = json;
        Dialogue dialogue = new Dialogue(surroundings, options, times);
        dialogue.confirmByTyping(
                consent.isGiven(),
                "Revoke the certificate with the serial number " + Certificates.serial(certificate) + " for "
                        + Visible.of(reason) + "?",
                Certificates.serial(certificate));
        try (HttpThreads threads = new HttpThreads()) {
            AdminApi api = AdminApi.anonymous(url, roots, threads.executor(), clock);
            String nonce = api.post(PATH, Map.of("spec", Map.of())).document().text("/status/nonce");
            JsonTree answer = api.post(PATH, Map.of("spec", proof(certificate, key, nonce)))
                    .document();
            JsonTree revoked = answer.at("/status/revoked");
            dialogue.done(
                    answer,
                    "revoked " + Visible.of(answer.text("/status/serial_number")) + " "
                            + times.of(revoked.text("/time")) + ": " + Visible.of(revoked.text("/reason")));
        }
        return Reply.WELL;
    }

    private URI url() throws ConfigException {
        String named = server == null ? surroundings.variable("PERENNIAL_SERVER") : server;
        if (named == null) {
            throw new ConfigException("which server? Say --server https://HOST:PORT");
        }
        return ServerUrl.parse(named);
    }

    private X509Certificate certificate() throws ConfigException {
        try {
            return Certificates.parse(GivenFile.pem(certificateFile)).get(0);
        } catch (CertificateException e) {
            throw new ConfigException(certificateFile + " is no certificate in PEM: " + e.getMessage());
        }
    }

    private PrivateKey key(X509Certificate certificate) throws ConfigException {
        PrivateKey key;
        try {
            key = PrivateKeys.parse(GivenFile.pem(keyFile), certificate.getPublicKey());
        } catch (GeneralSecurityException e) {
            throw new ConfigException(keyFile + " is no private key of its kind, PKCS#8 in PEM");
        }
        if (!PrivateKeys.match(key, certificate.getPublicKey())) {
            throw new ConfigException(keyFile + " is not the key of " + certificateFile);
        }
        return key;
    }

    private Map<String, String> proof(X509Certificate certificate, PrivateKey key, String nonce)
            throws GeneralSecurityException {
        String text =
                String.join("\n", "perennial-revocation-1", nonce, Certificates.sha256(certificate), reason) + "\n";
        byte[] signature = PrivateKeys.sign(key, certificate.getPublicKey(), text.getBytes(StandardCharsets.US_ASCII));
        return Map.of(
                "certificate",
                Certificates.toPem(List.of(certificate)),
                "nonce",
                nonce,
                "reason",
                reason,
                "signature",
                Base64.getEncoder().encodeToString(signature));
    }
}
