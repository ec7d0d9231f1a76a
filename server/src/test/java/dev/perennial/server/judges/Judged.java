package dev.perennial.server.judges;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;

/**
 * One certificate with all that is to be known of it, in a directory of its own: {@code leaf}, {@code issuer} and {@code
 * root} as {@code .pem} and {@code .der}, the CRLs of the two CAs, and the answer to OCSP about the leaf where there is
 * one.
 *
 * @param purpose what it is to be used for
 */
public record Judged(Path directory, Purpose purpose) {
    /** Bits of the key usage (RFC 5280 §4.2.1.3). */
    static final int DIGITAL_SIGNATURE = 0;

    static final int CONTENT_COMMITMENT = 1;
    static final int KEY_ENCIPHERMENT = 2;

    public static Judged in(
            Path directory, byte[] leaf, byte[] issuer, byte[] root, byte[] issuerList, byte[] rootList) {
        Judged judged = new Judged(directory, Purpose.SERVER);
        judged.write("leaf", "CERTIFICATE", leaf);
        judged.write("issuer", "CERTIFICATE", issuer);
        judged.write("root", "CERTIFICATE", root);
        judged.write("issuer-crl", "X509 CRL", issuerList);
        judged.write("root-crl", "X509 CRL", rootList);
        judged.text("chain.pem", judged.text("leaf.pem") + judged.text("issuer.pem"));
        judged.text("crls.pem", judged.text("issuer-crl.pem") + judged.text("root-crl.pem"));
        return judged.as(Purpose.of(judged.certificate("leaf")).get(0));
    }

    /** With the answer to OCSP about the leaf. */
    public Judged answered(byte[] ocsp) {
        write("ocsp", "OCSP RESPONSE", ocsp);
        return this;
    }

    boolean isAnswered() {
        return Files.exists(directory.resolve("ocsp.der"));
    }

    /** The same, to be used for something else. */
    Judged as(Purpose other) {
        return new Judged(directory, other);
    }

    X509Certificate certificate(String name) {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der(name)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether the leaf's key may be used so. */
    boolean may(int... bits) {
        boolean[] usages = certificate("leaf").getKeyUsage();
        return Arrays.stream(bits).anyMatch(bit -> usages[bit]);
    }

    private void write(String name, String label, byte[] der) {
        try {
            Files.write(directory.resolve(name + ".der"), der);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        text(
                name + ".pem",
                "-----BEGIN " + label + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                        + "-----\n");
    }

    private void text(String file, String text) {
        try {
            Files.writeString(directory.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] der(String name) {
        try {
            return Files.readAllBytes(directory.resolve(name + ".der"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
