package dev.perennial.server.judges;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * One certificate with all that is to be known of it, in a directory of its own: {@code leaf}, {@code issuer} and {@code
 * root} as {@code .pem} and {@code .der}, and the CRLs of the two CAs and the answer to OCSP about the leaf.
 *
 * @param purpose what it is to be used for
 */
public record Judged(Path directory, Purpose purpose) {

    /** A use that a relying party asks for. */
    public enum Purpose {
        SERVER("1.3.6.1.5.5.7.3.1"),
        CLIENT("1.3.6.1.5.5.7.3.2"),
        EMAIL("1.3.6.1.5.5.7.3.4");

        private final String oid;

        Purpose(String oid) {
            this.oid = oid;
        }

        String oid() {
            return oid;
        }
    }

    public static Judged in(
            Path directory,
            Purpose purpose,
            byte[] leaf,
            byte[] issuer,
            byte[] root,
            byte[] issuerList,
            byte[] rootList,
            byte[] ocsp) {
        Judged judged = new Judged(directory, purpose);
        judged.write("leaf", "CERTIFICATE", leaf);
        judged.write("issuer", "CERTIFICATE", issuer);
        judged.write("root", "CERTIFICATE", root);
        judged.write("issuer-crl", "X509 CRL", issuerList);
        judged.write("root-crl", "X509 CRL", rootList);
        judged.write("ocsp", "OCSP RESPONSE", ocsp);
        judged.text("chain.pem", judged.text("leaf.pem") + judged.text("issuer.pem"));
        judged.text("crls.pem", judged.text("issuer-crl.pem") + judged.text("root-crl.pem"));
        return judged;
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
