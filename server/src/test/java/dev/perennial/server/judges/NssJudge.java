package dev.perennial.server.judges;

import static dev.perennial.server.judges.Judged.CONTENT_COMMITMENT;
import static dev.perennial.server.judges.Judged.DIGITAL_SIGNATURE;
import static dev.perennial.server.judges.Judged.KEY_ENCIPHERMENT;

import java.nio.file.Files;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code vfychain} of NSS, with a store of its own for each certificate; OCSP it fetches from where the leaf points. */
public final class NssJudge implements Judge {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String STORE = "sql:.";

    /** Debian's NSS, 3.87, knows no Ed25519; any name of a server it takes for a host's. */
    @Override
    public boolean canBeAsked(Judged judged) {
        boolean edwards = Stream.of("leaf", "issuer", "root")
                .anyMatch(name ->
                        judged.certificate(name).getPublicKey().getAlgorithm().equals("EdDSA"));
        boolean host = judged.purpose() == Purpose.SERVER && LoneName.of(judged).isThere();
        return !edwards && !host && usage(judged) != null;
    }

    @Override
    public Verdict byChain(Judged judged, Instant at) {
        return chain(judged, "-b", TIME.format(at));
    }

    @Override
    public Verdict byLists(Judged judged) {
        return chain(judged, "-g", "leaf", "-m", "crl", "-s", "failIfNoInfo");
    }

    @Override
    public Verdict byOcsp(Judged judged) {
        return chain(judged, "-g", "leaf", "-m", "ocsp", "-s", "failIfNoInfo");
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

    /**
     * What it calls the purpose; null where it has no question for it, and it cannot be asked without one. It has none for
     * time stamps. Of code it takes no CA below the root that does not say itself that it is for code; ours say nothing.
     * Its TLS servers with RSA decrypt, its TLS clients and IPsec sign: RFC 5280 §4.2.1.12 lets them do more.
     */
    private static @Nullable String usage(Judged judged) {
        boolean signs = judged.may(DIGITAL_SIGNATURE);
        boolean rsa = judged.certificate("leaf").getPublicKey().getAlgorithm().equals("RSA");
        return switch (judged.purpose()) {
            case CLIENT -> signs ? "0" : null;
            case SERVER -> !rsa || judged.may(KEY_ENCIPHERMENT) ? "1" : null;
            case EMAIL -> judged.may(DIGITAL_SIGNATURE, CONTENT_COMMITMENT) ? "4" : "5";
            case IPSEC_END_SYSTEM, IPSEC_TUNNEL, IPSEC_USER ->
                judged.may(DIGITAL_SIGNATURE, CONTENT_COMMITMENT) ? "12" : null;
            case CODE, TIMESTAMPING -> null;
        };
    }

    private static Verdict chain(Judged judged, String... more) {
        store(judged);
        List<String> command = new ArrayList<>(List.of("vfychain", "-d", STORE, "-pp"));
        command.addAll(List.of("-u", Objects.requireNonNull(usage(judged))));
        command.addAll(List.of(more));
        command.add("leaf.der");
        return Program.run(judged.directory(), command.toArray(String[]::new)).verdict("has been revoked");
    }
}
