package dev.perennial.agent.install;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.json.JsonException;
import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.state.Step;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.IssuedChain;
import dev.perennial.agent.x509.PrivateKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One directory with a key, its certificate and its chain; written once, never changed. */
final class Generation {
    static final String KEY = "privkey.pem";
    static final String CERTIFICATE = "cert.pem";
    static final String CHAIN = "chain.pem";
    static final String FULL_CHAIN = "fullchain.pem";
    static final List<String> FILES = List.of(KEY, CERTIFICATE, CHAIN, FULL_CHAIN);
    private static final String PUBLIC = "rw-r--r--";
    private static final String SECRET = "rw-------";

    private final Path place;

    Generation(Path place) {
        this.place = place;
    }

    /** Writes all files and the manifest last (S7), reads them back (S8), and renames the whole into place (S9). */
    Manifest write(int number, String keyPem, IssuedChain chain, String reason) throws IOException {
        Path growing = place.resolveSibling(place.getFileName() + DurableFiles.TEMPORARY);
        DurableFiles.deleteTree(growing);
        DurableFiles.createDirectories(growing, "rwxr-xr-x");
        Manifest manifest;
        try {
            List<Manifest.Entry> entries = new ArrayList<>();
            for (Map.Entry<String, String> file : contents(keyPem, chain).entrySet()) {
                byte[] content = file.getValue().getBytes(StandardCharsets.US_ASCII);
                String mode = file.getKey().equals(KEY) ? SECRET : PUBLIC;
                DurableFiles.create(growing.resolve(file.getKey()), content, mode);
                entries.add(new Manifest.Entry(file.getKey(), Certificates.sha256(content), content.length, mode));
            }
            manifest = new Manifest(
                    SchemaException.CURRENT,
                    number,
                    Certificates.serial(chain.leaf()),
                    Certificates.sha256(chain.leaf()),
                    Certificates.spkiSha256(chain.leaf()),
                    chain.notBefore(),
                    chain.notAfter(),
                    reason,
                    entries);
        } catch (CertificateException e) {
            throw new IOException(e);
        }
        DurableFiles.create(growing.resolve(Manifest.FILE), Json.write(manifest), PUBLIC);
        DurableFiles.syncDirectory(growing);
        Step.S7.done();
        Generation written = new Generation(growing);
        written.verify();
        written.verifyPair();
        Step.S8.done();
        DurableFiles.rename(growing, place);
        return manifest;
    }

    Manifest manifest() throws IOException {
        try {
            return SchemaException.check(
                    Json.read(Files.readAllBytes(place.resolve(Manifest.FILE)), Manifest.class),
                    Manifest::schema,
                    place);
        } catch (NoSuchFileException | JsonException e) {
            throw new DamagedGenerationException(place.resolve(Manifest.FILE) + " is missing or unreadable");
        }
    }

    /** Compares every file with the manifest. */
    Manifest verify() throws IOException {
        Manifest manifest = manifest();
        for (Manifest.Entry entry : manifest.files()) {
            verify(entry);
        }
        return manifest;
    }

    private void verify(Manifest.Entry entry) throws IOException {
        Path file = place.resolve(entry.name());
        if (!Files.isRegularFile(file) || Files.size(file) != entry.size()) {
            throw new DamagedGenerationException(file + " is missing or has another size than it was written with");
        }
        if (!Certificates.sha256(Files.readAllBytes(file)).equals(entry.sha256())) {
            throw new DamagedGenerationException(file + " was changed");
        }
    }

    /** The files whose mode is not the one that they were written with, each with its mode now. */
    List<String> changedModes(Manifest manifest) throws IOException {
        List<String> changed = new ArrayList<>();
        for (Manifest.Entry entry : manifest.files()) {
            Path file = place.resolve(entry.name());
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
            if (!mode.equals(entry.mode())) {
                changed.add(file + " has mode " + mode + ", not " + entry.mode());
            }
        }
        return changed;
    }

    /** Whether the key is the one that was written, whatever became of the other files. */
    boolean hasKey() {
        try {
            verifyPair();
            return true;
        } catch (IOException e) {
            return hasWhole(KEY);
        }
    }

    private boolean hasWhole(String name) {
        try {
            for (Manifest.Entry entry : manifest().files()) {
                if (entry.name().equals(name)) {
                    verify(entry);
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    /** The end entity certificate that consumers get from this generation. */
    X509Certificate leaf() throws IOException {
        try {
            return Certificates.parse(Files.readString(place.resolve(FULL_CHAIN)))
                    .get(0);
        } catch (CertificateException | NoSuchFileException e) {
            throw new DamagedGenerationException(
                    place.resolve(FULL_CHAIN) + " holds no certificate: " + e.getMessage());
        }
    }

    /** Fails unless the key parses and belongs to the first certificate of the full chain. */
    void verifyPair() throws IOException {
        try {
            X509Certificate leaf = leaf();
            PrivateKey key = PrivateKeys.parse(Files.readString(place.resolve(KEY)), leaf.getPublicKey());
            if (!PrivateKeys.match(key, leaf.getPublicKey())) {
                throw new DamagedGenerationException(place + ": key and certificate do not belong together");
            }
        } catch (GeneralSecurityException | NoSuchFileException e) {
            throw new DamagedGenerationException(place + " holds no usable pair: " + e.getMessage());
        }
    }

    String keyPem() throws IOException {
        return Files.readString(place.resolve(KEY));
    }

    private static Map<String, String> contents(String keyPem, IssuedChain chain) throws CertificateException {
        String leaf = Certificates.toPem(List.of(chain.leaf()));
        String issuers = Certificates.toPem(chain.issuers());
        Map<String, String> contents = new LinkedHashMap<>();
        contents.put(KEY, keyPem);
        contents.put(CERTIFICATE, leaf);
        contents.put(CHAIN, issuers);
        contents.put(FULL_CHAIN, leaf + issuers);
        return contents;
    }
}
