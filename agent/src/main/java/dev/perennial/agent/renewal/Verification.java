package dev.perennial.agent.renewal;

import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.IssuedChain;
import dev.perennial.agent.x509.IssuedChain.Expectation;
import dev.perennial.agent.x509.IssuedChain.LiveFacts;
import dev.perennial.agent.x509.PrivateKeys;
import dev.perennial.agent.x509.RejectedCertificateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Step S6: what the server offers is what was asked for, or it is kept in quarantine and goes no further. */
final class Verification {
    private static final Duration NOT_BEFORE_SKEW = Duration.ofMinutes(5);

    private final Work work;
    private final CertificateState state;

    Verification(Work work) {
        this.work = work;
        this.state = work.state;
    }

    /**
     * A certificate that the server offers, and the key that it should be for.
     *
     * @param pending the number of the pending key; 0 for the live one
     */
    record Candidate(String certificate, String issuers, String keyPem, int pending, String reason) {
        String sha256() {
            return Certificates.sha256((certificate + issuers).getBytes(StandardCharsets.UTF_8));
        }
    }

    IssuedChain of(Candidate candidate) throws IOException {
        List<X509Certificate> roots = work.access.roots();
        LiveFacts live = work.live()
                // What is fetched again for a damaged generation is no newer than that.
                .filter(manifest -> state.liveSha256 != null)
                .map(manifest -> new LiveFacts(
                        manifest.serialNumber(), manifest.notBefore(), manifest.notAfter(), candidate.pending() == 0))
                .orElse(null);
        try {
            X509Certificate offered =
                    Certificates.parse(candidate.certificate()).get(0);
            Expectation expectation = new Expectation(
                    PrivateKeys.parse(candidate.keyPem(), offered.getPublicKey()),
                    names(candidate),
                    roots,
                    live,
                    work.now(),
                    NOT_BEFORE_SKEW);
            return IssuedChain.verify(candidate.certificate(), candidate.issuers(), expectation);
        } catch (GeneralSecurityException e) {
            reject(candidate);
            String code = e instanceof RejectedCertificateException rejected
                    ? rejected.reason().name()
                    : e instanceof InvalidKeySpecException ? "WRONG_KEY" : "MALFORMED";
            throw new IOException("the server's certificate was rejected: " + code + ": " + e.getMessage(), e);
        }
    }

    /** A renewal is of the live certificate, whatever has been configured since and may not have been granted. */
    private Collection<String> names(Candidate candidate) throws CertificateParsingException {
        Optional<X509Certificate> live = candidate.pending() == 0 ? work.published.leaf(state.live) : Optional.empty();
        return live.isPresent() ? IssuedChain.names(live.get()) : work.config.dnsNames();
    }

    private void reject(Candidate candidate) throws IOException {
        String sha256 = candidate.sha256();
        if (!sha256.equals(state.rejected)) {
            work.files.quarantine(sha256, candidate.certificate() + candidate.issuers());
            state.rejected = sha256;
            work.save();
        }
    }
}
