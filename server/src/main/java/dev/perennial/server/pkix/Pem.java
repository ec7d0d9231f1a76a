package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** PEM (RFC 7468), strict, in linear time. */
public final class Pem {
    public static final String CERTIFICATE = "CERTIFICATE";
    public static final String CERTIFICATE_REQUEST = "CERTIFICATE REQUEST";
    public static final String PUBLIC_KEY = "PUBLIC KEY";

    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final int LONGEST_LABEL = 40;
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /** One block: its label and the decoded bytes. */
    static final class Block {
        private final String label;
        private final byte[] der;

        private Block(String label, byte[] der) {
            this.label = label;
            this.der = der;
        }

        String label() {
            return label;
        }

        byte[] der() {
            return der;
        }
    }

    /** One block with lines of 64 characters and a line feed at its end. */
    public static String encode(String label, byte[] der) {
        return BEGIN + label + DASHES + '\n' + LINES.encodeToString(der) + '\n' + END + label + DASHES + '\n';
    }

    /**
     * The DER of each block, in order; nothing but white space may stand between them.
     *
     * @throws ProblemException {@code malformed} if it is not PEM, has no block, or has one with another label
     */
    public static List<byte[]> decodeAll(String label, String pem) {
        try {
            List<byte[]> blocks = new ArrayList<>();
            int position = skipSpace(pem, 0);
            while (position < pem.length()) {
                int end = endOfBlock(pem, position);
                Block block = block(pem, position, end);
                if (!block.label().equals(label)) {
                    throw new DerException("a block that is not a " + label);
                }
                blocks.add(block.der());
                position = skipSpace(pem, end);
            }
            if (blocks.isEmpty()) {
                throw new DerException("there is no block");
            }
            return List.copyOf(blocks);
        } catch (DerException e) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "This is not a PEM list of " + label + ": " + e.detail() + ".");
        }
    }

    /** The one block that {@code pem} must be; fails with {@link DerException}. */
    static Block single(String pem) {
        int start = skipSpace(pem, 0);
        String label = label(pem, start);
        if (label.endsWith("PRIVATE KEY")) {
            // Said before anything else is looked at, and without a byte of it.
            throw new DerException("this is a private key; send the PKCS#10 made with it and keep the key to yourself");
        }
        int end = endOfBlock(pem, start);
        if (skipSpace(pem, end) < pem.length()) {
            throw new DerException("there is something after its END line; send one block alone");
        }
        return block(pem, start, end);
    }

    private static String label(String pem, int start) {
        if (!pem.startsWith(BEGIN, start)) {
            throw new DerException("it does not start with a BEGIN line");
        }
        int from = start + BEGIN.length();
        int to = from;
        while (to < pem.length() && to - from <= LONGEST_LABEL && isLabelCharacter(pem.charAt(to))) {
            to++;
        }
        if (to == from || !pem.startsWith(DASHES, to)) {
            throw new DerException("its BEGIN line has no label");
        }
        return pem.substring(from, to);
    }

    private static boolean isLabelCharacter(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
    }

    private static int endOfBlock(String pem, int start) {
        String label = label(pem, start);
        int end = pem.indexOf(DASHES, start + BEGIN.length() + label.length() + DASHES.length());
        String line = END + label + DASHES;
        if (end < 0 || !pem.startsWith(line, end)) {
            throw new DerException("its END line is missing");
        }
        return end + line.length();
    }

    private static Block block(String pem, int start, int end) {
        String label = label(pem, start);
        int from = start + BEGIN.length() + label.length() + DASHES.length();
        int to = end - END.length() - label.length() - DASHES.length();
        byte[] base64 = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            char c = pem.charAt(i);
            if (c > 0x7f) {
                throw new DerException("there is something between its lines that is not base64");
            }
            if (!isSpace(c)) {
                base64[length++] = (byte) c;
            }
        }
        try {
            String text = new String(base64, 0, length, StandardCharsets.US_ASCII);
            return new Block(label, Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new DerException("there is something between its lines that is not base64");
        }
    }

    private static int skipSpace(String text, int from) {
        int position = from;
        while (position < text.length() && isSpace(text.charAt(position))) {
            position++;
        }
        return position;
    }

    private static boolean isSpace(char c) {
        return c == '\n' || c == '\r' || c == ' ' || c == '\t';
    }
}
