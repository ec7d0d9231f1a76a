package dev.perennial.server.judges;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code certtool} and {@code ocsptool} of GnuTLS. */
public final class GnuTlsJudge implements Judge {
    /** It takes any name in a server's certificate for a host's. */
    @Override
    public boolean canBeAsked(Judged judged) {
        return !Purpose.of(judged.certificate("leaf")).contains(Purpose.SERVER)
                || !LoneName.of(judged).isThere();
    }

    @Override
    public boolean judgesAtOtherTimes() {
        return false;
    }

    @Override
    public Verdict byChain(Judged judged, Instant at) {
        return chain(judged);
    }

    @Override
    public Verdict byLists(Judged judged) {
        return chain(judged, "--load-crl", "crls.pem");
    }

    private static Verdict chain(Judged judged, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "certtool",
                "--verify",
                "--verify-profile=medium",
                "--load-ca-certificate",
                "root.pem",
                "--verify-purpose",
                judged.purpose().oid(),
                "--infile",
                "chain.pem"));
        command.addAll(List.of(more));
        return Program.run(judged.directory(), command.toArray(String[]::new)).verdict("chain is revoked");
    }

    /** It verifies an answer against the CA, and prints what it says. */
    @Override
    public Verdict byOcsp(Judged judged) {
        Program verified = Program.run(
                judged.directory(),
                "ocsptool",
                "--verify-response",
                "--load-signer",
                "issuer.pem",
                "--load-response",
                "ocsp.der");
        Program trusted = Program.run(
                judged.directory(),
                "ocsptool",
                "--verify-response",
                "--load-trust",
                "issuer.pem",
                "--load-response",
                "ocsp.der");
        Program said = Program.run(judged.directory(), "ocsptool", "--response-info", "--load-response", "ocsp.der");
        boolean good = said.text().contains("Certificate Status: good");
        boolean revoked = said.text().contains("Certificate Status: revoked");
        boolean believed = (trusted.status() == 0 && trusted.text().contains("Success"))
                || (verified.status() == 0 && verified.text().contains("Success"));
        return !believed || good == revoked ? Verdict.REFUSED : good ? Verdict.GOOD : Verdict.REVOKED;
    }
}
