package dev.perennial.server.ca;

import dev.perennial.server.testing.OpenSsl;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/** A root that is not the server's, and what it signs, made by OpenSSL with the commands of docs/certificate-authority.md. */
final class OfflineRoot {
    static final String PASSWORD = "canary password 4716";

    private final Path directory;
    final OpenSsl openSsl;

    OfflineRoot(Path directory) {
        this.directory = directory;
        this.openSsl = new OpenSsl(directory);
        root("root", "Offline Root " + UUID.randomUUID());
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    void root(String file, String name) {
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
    String signed(String request, String... more) throws IOException {
        Files.writeString(directory.resolve("ca.csr"), request);
        String[] command = {
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
            "ca.pem"
        };
        String[] all = Arrays.copyOf(command, command.length + more.length);
        System.arraycopy(more, 0, all, command.length, more.length);
        openSsl.run(all);
        return text("ca.pem");
    }

    /** A CA below the offline root whose key is in a file. */
    String elsewhere(String name, String... extensions) {
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

    static final String[] CA = {"basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign,cRLSign"};

    String text(String file) throws IOException {
        return Files.readString(directory.resolve(file));
    }

    Map<String, String> encrypted(String ca, String... how) throws IOException {
        String[] command = {"pkcs8", "-topk8", "-in", "ca.key", "-out", "ca.enc", "-passout", "pass:" + PASSWORD};
        String[] all = Arrays.copyOf(command, command.length + how.length);
        System.arraycopy(how, 0, all, command.length, how.length);
        openSsl.run(all);
        return Map.of("certificate", ca + text("root.pem"), "private_key", text("ca.enc"), "password", PASSWORD);
    }

    Map<String, String> pkcs12(String... how) throws IOException {
        String[] command = {
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
            "pass:" + PASSWORD
        };
        String[] all = Arrays.copyOf(command, command.length + how.length);
        System.arraycopy(how, 0, all, command.length, how.length);
        openSsl.run(all);
        String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(directory.resolve("ca.p12")));
        return Map.of("pkcs12", base64, "password", PASSWORD);
    }
}
