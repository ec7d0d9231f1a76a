package dev.perennial.server.judges;

import static dev.perennial.server.judges.Judged.CONTENT_COMMITMENT;
import static dev.perennial.server.judges.Judged.DIGITAL_SIGNATURE;
import static dev.perennial.server.judges.Judged.KEY_ENCIPHERMENT;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code openssl}. */
public final class OpenSslJudge implements Judge {
    private static final String ANY = "any";

    /** It takes an IPv4 address for a host's name. */
    @Override
    public boolean canBeAsked(Judged judged) {
        return !LoneName.of(judged).isAddress();
    }

    /** OpenSSL 3.0 has no purpose for code, for IPsec, and for mail to a key that agrees on another (RFC 8551 §4.4.2). */
    @Override
    public boolean asksForPurpose(Judged judged) {
        return !purpose(judged).equals(ANY);
    }

    private static String purpose(Judged judged) {
        return switch (judged.purpose()) {
            case SERVER -> "sslserver";
            case CLIENT -> "sslclient";
            case EMAIL ->
                judged.may(DIGITAL_SIGNATURE, CONTENT_COMMITMENT)
                        ? "smimesign"
                        : judged.may(KEY_ENCIPHERMENT) ? "smimeencrypt" : ANY;
            case TIMESTAMPING -> "timestampsign";
            case CODE, IPSEC_END_SYSTEM, IPSEC_TUNNEL, IPSEC_USER -> ANY;
        };
    }

    @Override
    public Verdict byChain(Judged judged, Instant at) {
        return chain(judged, "-attime", Long.toString(at.getEpochSecond()));
    }

    @Override
    public Verdict byLists(Judged judged) {
        return chain(judged, "-crl_check_all", "-CRLfile", "crls.pem");
    }

    private static Verdict chain(Judged judged, String... more) {
        List<String> command = new ArrayList<>(List.of("openssl", "verify", "-x509_strict"));
        command.addAll(List.of(more));
        command.addAll(
                List.of("-purpose", purpose(judged), "-CAfile", "root.pem", "-untrusted", "issuer.pem", "leaf.pem"));
        return Program.run(judged.directory(), command.toArray(String[]::new)).verdict("certificate revoked");
    }

    @Override
    public Verdict byOcsp(Judged judged) {
        Program ran = Program.run(
                judged.directory(),
                "openssl",
                "ocsp",
                "-issuer",
                "issuer.pem",
                "-cert",
                "leaf.pem",
                "-respin",
                "ocsp.der",
                "-CAfile",
                "root.pem",
                "-verify_other",
                "issuer.pem");
        boolean verified = ran.text().contains("Response verify OK");
        return verified && (ran.text().contains("leaf.pem: good") || ran.text().contains("leaf.pem: revoked"))
                ? ran.verdict("leaf.pem: revoked")
                : Verdict.REFUSED;
    }
}
