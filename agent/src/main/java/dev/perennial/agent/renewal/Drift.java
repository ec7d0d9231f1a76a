package dev.perennial.agent.renewal;

import dev.perennial.agent.renewal.CertificateState.InstallPhase;
import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** What somebody else put in place of ours in the published directory. It is reported, and never replaced unasked. */
final class Drift {
    private final Work work;
    private final CertificateState state;

    Drift(Work work) {
        this.work = work;
        this.state = work.state;
    }

    /** Empty where all is as we left it, be it whole or damaged. */
    String find(int live) throws IOException {
        if (live == 0 && state.live == 0) {
            return "";
        }
        List<String> foreign = work.published.foreign();
        if (!foreign.isEmpty()) {
            return "in " + work.published.path() + " somebody replaced " + foreign;
        }
        boolean flipped = state.install == InstallPhase.FLIPPING && live == state.target;
        if (live != 0 && state.live != 0 && live != state.live && !flipped) {
            return "in " + work.published.path() + " somebody made generation " + live + " live in place of "
                    + state.live;
        }
        return live != 0 && live == state.live && holdsAnotherPair()
                ? work.published.generation(live) + " holds another pair than was written"
                : "";
    }

    private boolean holdsAnotherPair() throws IOException {
        Optional<X509Certificate> leaf = work.published.leaf(state.live);
        if (leaf.isEmpty() || state.liveSha256 == null) {
            return false;
        }
        try {
            return !Certificates.sha256(leaf.get()).equals(state.liveSha256) && work.published.isPair(state.live);
        } catch (CertificateEncodingException e) {
            throw new IOException(e);
        }
    }
}
