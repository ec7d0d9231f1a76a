package dev.perennial.server.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** A root that is not the server's, and what it signs, made by OpenSSL with the commands of docs/certificate-authority.md. */
public final class OfflineRoot {
    public static final String PASSWORD = "canary password 4716";

    private static final List<String> CA =
            List.of("basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign");

    private final Path directory;
    private final OpenSsl openSsl;

    /** @param directory where it keeps {@code root.key} and {@code root.pem}, and what it signs */
    public OfflineRoot(Path directory) {
        this.directory = directory;
        this.openSsl = new OpenSsl(directory);
        root("root", "Offline Root " + UUID.randomUUID());
    }

    /** Runs in its directory. */
    public OpenSsl openSsl() {
        return openSsl;
    }

    public Path file(String name) {
        return directory.resolve(name);
    }

    public void root(String file, String name) {
        openSsl.run(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-384",
                "-nodes",
                "-days",
                "3650",
                "-keyout",
                file + ".key",
                "-out",
                file + ".pem",
                "-subj",
                "/CN=" + name,
                "-addext",
                "keyUsage=critical,keyCertSign,cRLSign");
    }

    /** Signs a PKCS#10 as the offline root does. */
    public String signed(String request, String... more) throws IOException {
        Files.writeString(directory.resolve("ca.csr"), request);
        run(
                List.of(
                        "x509",
                        "-req",
                        "-in",
                        "ca.csr",
                        "-CA",
                        "root.pem",
                        "-CAkey",
                        "root.key",
                        "-days",
                        "1825",
                        "-copy_extensions",
                        "copy",
                        "-out",
                        "ca.pem"),
                more);
        return text("ca.pem");
    }

    /** A CA below the offline root whose key is in a file, with these extensions beside those of a CA. */
    public String authority(String name, String... more) {
        return elsewhere(name, Stream.concat(CA.stream(), Arrays.stream(more)).toArray(String[]::new));
    }

    /** The same with these extensions alone. */
    public String elsewhere(String name, String... extensions) {
        openSsl.run(
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.csr",
                "-subj",
                "/CN=" + name + " " + UUID.randomUUID());
        try {
            Files.writeString(directory.resolve("ca.ext"), String.join("\n", extensions) + "\n");
            return signed(text("ca.csr"), "-extfile", "ca.ext");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String text(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    public Map<String, String> encrypted(String ca, String... how) throws IOException {
        run(List.of("pkcs8", "-topk8", "-in", "ca.key", "-out", "ca.enc", "-passout", "pass:" + PASSWORD), how);
        return Map.of("certificate", ca + text("root.pem"), "private_key", text("ca.enc"), "password", PASSWORD);
    }

    public Map<String, String> pkcs12(String... how) throws IOException {
        run(
                List.of(
                        "pkcs12",
                        "-export",
                        "-inkey",
                        "ca.key",
                        "-in",
                        "ca.pem",
                        "-certfile",
                        "root.pem",
                        "-out",
                        "ca.p12",
                        "-passout",
                        "pass:" + PASSWORD),
                how);
        String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve("ca.p12")));
        return Map.of("pkcs12", base64, "password", PASSWORD);
    }

    private void run(List<String> command, String... more) {
        openSsl.run(Stream.concat(command.stream(), Arrays.stream(more)).toArray(String[]::new));
    }
}
