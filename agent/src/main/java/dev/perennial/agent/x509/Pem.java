package dev.perennial.agent.x509;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Textual encodings (RFC 7468), read strictly: nothing but blocks of the one expected label and blank lines. */
public final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    private Pem() {}

    /** The DER of each block; fails on any other label and on any text outside the blocks. */
    public static List<byte[]> parse(String text, String label) throws CertificateException {
        String begin = BEGIN + label + DASHES;
        String end = "-----END " + label + DASHES;
        List<byte[]> blocks = new ArrayList<>();
        StringBuilder body = null;
        for (String raw : text.split("\n", -1)) {
            String line = raw.strip();
            if (body == null) {
                if (line.equals(begin)) {
                    body = new StringBuilder();
                } else if (!line.isEmpty()) {
                    throw new CertificateException("text outside the PEM blocks of " + label);
                }
            } else if (line.equals(end)) {
                blocks.add(decode(body.toString()));
                body = null;
            } else {
                body.append(line);
            }
        }
        if (body != null) {
            throw new CertificateException("the PEM block of " + label + " does not end");
        }
        return blocks;
    }

    public static String encode(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return BEGIN + label + DASHES + "\n" + body + "\n-----END " + label + DASHES + "\n";
    }

    private static byte[] decode(String base64) throws CertificateException {
        try {
            return Base64.getDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new CertificateException("the PEM block is not Base64", e);
        }
    }
}
