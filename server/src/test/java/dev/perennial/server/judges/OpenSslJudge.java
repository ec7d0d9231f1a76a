package dev.perennial.server.judges;

import java.time.Instant;

/** {@code openssl}. */
public final class OpenSslJudge implements Judge {
    @Override
    public Verdict byLists(Judged judged, Instant at) {
        String purpose =
                switch (judged.purpose()) {
                    case SERVER -> "sslserver";
                    case CLIENT -> "sslclient";
                    case EMAIL -> "smimesign";
                };
        return Program.run(
                        judged.directory(),
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-attime",
                        Long.toString(at.getEpochSecond()),
                        "-crl_check_all",
                        "-CRLfile",
                        "crls.pem",
                        "-purpose",
                        purpose,
                        "-CAfile",
                        "root.pem",
                        "-untrusted",
                        "issuer.pem",
                        "leaf.pem")
                .verdict("certificate revoked");
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
