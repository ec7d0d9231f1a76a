package dev.perennial.server.judges;

import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** {@code vfychain} of NSS, with a store of its own for each certificate; OCSP it fetches from where the leaf points. */
public final class NssJudge implements Judge {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String STORE = "sql:.";

    /** Debian's of NSS 3.87. */
    @Override
    public boolean knowsEd25519() {
        return false;
    }

    @Override
    public Verdict byLists(Judged judged, Instant at) {
        store(judged);
        return chain(judged, "crl", at);
    }

    @Override
    public Verdict byOcsp(Judged judged) {
        store(judged);
        return chain(judged, "ocsp", Instant.now());
    }

    /** Where there is one already, its programs ask questions without end. */
    private static void store(Judged judged) {
        if (Files.exists(judged.directory().resolve("cert9.db"))) {
            return;
        }
        run(judged, "certutil", "-N", "-d", STORE, "--empty-password");
        run(judged, "certutil", "-A", "-d", STORE, "-n", "root", "-t", "CT,C,C", "-i", "root.pem");
        run(judged, "certutil", "-A", "-d", STORE, "-n", "issuer", "-t", ",,", "-i", "issuer.pem");
        run(judged, "crlutil", "-I", "-d", STORE, "-i", "issuer-crl.der");
        run(judged, "crlutil", "-I", "-d", STORE, "-i", "root-crl.der");
    }

    private static void run(Judged judged, String... command) {
        Program ran = Program.run(judged.directory(), command);
        if (ran.status() != 0) {
            throw new AssertionError(String.join(" ", command) + ": " + ran.text());
        }
    }

    private static Verdict chain(Judged judged, String method, Instant at) {
        String usage =
                switch (judged.purpose()) {
                    case CLIENT -> "0";
                    case SERVER -> "1";
                    case EMAIL -> "4";
                };
        return Program.run(
                        judged.directory(),
                        "vfychain",
                        "-d",
                        STORE,
                        "-pp",
                        "-u",
                        usage,
                        "-g",
                        "leaf",
                        "-m",
                        method,
                        "-s",
                        "failIfNoInfo",
                        "-b",
                        TIME.format(at),
                        "leaf.der")
                .verdict("has been revoked");
    }
}
