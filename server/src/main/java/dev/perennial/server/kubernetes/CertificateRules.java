package dev.perennial.server.kubernetes;

import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@code status.certificate} may hold: the Base64 of one PEM block or more, each a certificate. Text around the
 * blocks is let be (RFC 7468 §2): signers explain their chains there.
 */
final class CertificateRules {
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    /** What leads to a root is never longer. */
    private static final int MOST = 10;

    private CertificateRules() {}

    /** What is wrong, or null; nothing is wrong with no certificate. */
    static @Nullable String problem(String base64) {
        if (base64.isEmpty()) {
            return null;
        }
        byte[] octets = Base64Text.decode(base64);
        if (octets == null) {
            return "must be the base64 of PEM blocks";
        }
        String pem = new String(octets, StandardCharsets.ISO_8859_1);
        List<String> blocks = blocks(pem);
        if (blocks.isEmpty()) {
            return "must contain at least one CERTIFICATE PEM block";
        }
        if (blocks.size() > MOST) {
            return "may contain at most " + MOST + " PEM blocks";
        }
        return blocks.stream()
                .map(CertificateRules::problemOfBlock)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The blocks, without the text around them; the last one may lack its end. */
    static List<String> blocks(String pem) {
        List<String> blocks = new ArrayList<>();
        int from = begin(pem, 0);
        while (from >= 0 && blocks.size() <= MOST) {
            int to = end(pem, from);
            blocks.add(to < 0 ? pem.substring(from) : pem.substring(from, to));
            from = to < 0 ? -1 : begin(pem, to);
        }
        return blocks;
    }

    /** The next BEGIN that starts a line; -1 where there is none. */
    private static int begin(String pem, int from) {
        int at = pem.indexOf(BEGIN, from);
        while (at > 0 && pem.charAt(at - 1) != '\n') {
            at = pem.indexOf(BEGIN, at + 1);
        }
        return at;
    }

    private static int end(String pem, int from) {
        int at = pem.indexOf("\n-----END ", from);
        int dashes = at < 0 ? -1 : pem.indexOf(DASHES, at + "\n-----END ".length());
        return dashes < 0 ? -1 : dashes + DASHES.length();
    }

    private static @Nullable String problemOfBlock(String block) {
        if (end(block, 0) < 0) {
            return "a PEM block has no END line";
        }
        int lineEnd = block.indexOf('\n');
        String first = block.substring(0, lineEnd).strip();
        if (!first.endsWith(DASHES) || first.length() < BEGIN.length() + DASHES.length()) {
            return "a PEM block has no label";
        }
        String label = first.substring(BEGIN.length(), first.length() - DASHES.length());
        if (!label.equals(Pem.CERTIFICATE)) {
            return "only CERTIFICATE PEM blocks are allowed, found "
                    + (label.length() > 40 ? "another" : "\"" + label + "\"");
        }
        if (block.indexOf(':') >= 0) {
            return "no PEM block headers are permitted";
        }
        try {
            X509.parsePem(block);
            return null;
        } catch (ProblemException e) {
            return e.detail();
        }
    }
}
