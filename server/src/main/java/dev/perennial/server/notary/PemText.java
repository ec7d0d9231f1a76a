package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What upstream says of the PEM that it is sent, before anything is judged: by its first block alone, whatever stands
 * before that. It is the rooms that read it.
 */
final class PemText {
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    private PemText() {}

    private record Block(String label, byte[] der) {}

    /**
     * The first block, alone.
     *
     * @throws ProblemException malformed for what holds no PKCS#10 as its first block
     */
    static String request(@Nullable String text) {
        return Pem.encode(
                Pem.CERTIFICATE_REQUEST,
                first(RequestBody.required(text, "csr"), Pem.CERTIFICATE_REQUEST)
                        .der());
    }

    /** The failure of a PKCS#10 that the rooms would not have: in upstream's words where it is none at all. */
    static Throwable ofRequest(Throwable failure, String pem) {
        boolean none = failure instanceof ProblemException problem
                && problem.type() == ProblemType.BAD_CSR
                && !Pkcs10.isEncoding(first(pem, Pem.CERTIFICATE_REQUEST).der());
        return none ? RequestBody.invalid("could not parse CSR") : failure;
    }

    /** @throws ProblemException malformed for what holds no certificate as its first block, or is no chain of several */
    static String chain(@Nullable String text, String name) {
        String chain = RequestBody.required(text, name);
        byte[] leaf = first(chain, Pem.CERTIFICATE).der();
        try {
            X509.parse(leaf);
        } catch (ProblemException e) {
            throw RequestBody.invalid("could not parse certificate");
        }
        if (!isChain(chain)) {
            throw ProblemException.of(ProblemType.MALFORMED, "Bad Request");
        }
        return chain;
    }

    /** Two blocks at least, and all of them certificates. */
    private static boolean isChain(String text) {
        String begin = BEGIN + Pem.CERTIFICATE + DASHES;
        int blocks = 0;
        for (int at = text.indexOf(BEGIN); at >= 0; at = text.indexOf(BEGIN, at + BEGIN.length())) {
            if (!text.startsWith(begin, at)) {
                return false;
            }
            blocks++;
        }
        return blocks >= 2;
    }

    private static Block first(String text, String label) {
        Block block = block(text);
        if (block == null) {
            throw RequestBody.invalid("could not decode PEM block");
        }
        if (!block.label().equals(label)) {
            throw RequestBody.invalid("expected PEM block type '" + label + "'");
        }
        return block;
    }

    private static @Nullable Block block(String text) {
        int begin = text.indexOf(BEGIN);
        int labelEnd = begin < 0 ? -1 : text.indexOf(DASHES, begin + BEGIN.length());
        if (labelEnd < 0) {
            return null;
        }
        String label = text.substring(begin + BEGIN.length(), labelEnd);
        int from = labelEnd + DASHES.length();
        int to = text.indexOf("-----END " + label + DASHES, from);
        if (to < 0) {
            return null;
        }
        try {
            return new Block(
                    label, Base64.getDecoder().decode(text.substring(from, to).replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
