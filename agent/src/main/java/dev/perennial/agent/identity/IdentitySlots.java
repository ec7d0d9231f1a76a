package dev.perennial.agent.identity;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.key.KeyMaker;
import dev.perennial.agent.key.NewKey;
import dev.perennial.agent.server.TlsIdentity;
import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.PrivateKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Two slots and a link to the one in use. A new identity grows in the other slot: key first, then the certificate,
 * then the flip. The old slot goes only when the server has accepted the new one, so that either end may crash anywhere.
 */
public final class IdentitySlots {
    private static final String KEY = "key.pem";
    private static final String REQUEST = "request.pem";
    private static final String RECORD = "identity.json";
    private static final String CERTIFICATE = "cert.pem";
    private static final String REFUSED = "refused";

    private final Path directory;
    private final Path link;

    public IdentitySlots(Path directory) {
        this.directory = directory;
        this.link = directory.resolve("current");
    }

    /** A key that waits in its slot for the server's answer; the PKCS#10 is sent again until there is one. */
    public record Pending(String slot, String pkcs10) {}

    /** The identity in use; empty before the enrolment. */
    public Optional<Identity> current() throws IOException {
        return Files.isSymbolicLink(link) ? read(currentSlot()) : Optional.empty();
    }

    /** The whole identity in the other slot, be it older or newer. */
    public Optional<Identity> other() throws IOException {
        return read(freeSlot());
    }

    /** The key that waits in the free slot; it is made and safely on disk where there was none. */
    public Pending prepare(KeyMaker keys, String agentName) throws IOException {
        String slot = freeSlot();
        Path place = directory.resolve(slot);
        if (!Files.exists(place.resolve(REQUEST)) || Files.exists(place.resolve(CERTIFICATE))) {
            DurableFiles.discard(place);
            NewKey key = keys.forIdentity(agentName);
            Path growing = directory.resolve(slot + DurableFiles.TEMPORARY);
            DurableFiles.deleteTree(growing);
            DurableFiles.createDirectories(growing, "rwx------");
            DurableFiles.create(growing.resolve(KEY), ascii(key.privateKeyPem()), "rw-------");
            DurableFiles.create(growing.resolve(REQUEST), ascii(key.pkcs10Pem()), "rw-------");
            DurableFiles.syncDirectory(growing);
            DurableFiles.rename(growing, place);
        }
        return new Pending(slot, Files.readString(place.resolve(REQUEST)));
    }

    /** Stores the server's answer beside its key; the certificate comes last and makes the slot whole. */
    public void complete(Pending pending, String chainPem, IdentityRecord record) throws IOException {
        Path place = directory.resolve(pending.slot());
        try {
            X509Certificate leaf = Certificates.parse(chainPem).get(0);
            PrivateKey key = PrivateKeys.parse(Files.readString(place.resolve(KEY)), leaf.getPublicKey());
            if (!PrivateKeys.match(key, leaf.getPublicKey())) {
                throw new IOException("the server's identity certificate is for another key");
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("the server's identity certificate cannot be used: " + e.getMessage(), e);
        }
        DurableFiles.replace(place.resolve(RECORD), Json.write(record), "rw-------");
        DurableFiles.replace(place.resolve(CERTIFICATE), ascii(chainPem), "rw-------");
    }

    /** Makes this slot the one in use. */
    public void use(String slot) throws IOException {
        DurableFiles.flip(link, Path.of(slot));
    }

    /** The identity in use is the only one from now on. */
    public void dropOther() throws IOException {
        DurableFiles.discard(directory.resolve(freeSlot()));
    }

    /** Remembers that the server did not take this identity. */
    public void markRefused(String slot) throws IOException {
        DurableFiles.replace(directory.resolve(slot).resolve(REFUSED), new byte[0], "rw-------");
    }

    public boolean isRefused(String slot) {
        return Files.exists(directory.resolve(slot).resolve(REFUSED));
    }

    private Optional<Identity> read(String slot) throws IOException {
        Path place = directory.resolve(slot);
        if (!Files.exists(place.resolve(CERTIFICATE))) {
            return Optional.empty();
        }
        try {
            IdentityRecord record = SchemaException.check(
                    Json.read(Files.readAllBytes(place.resolve(RECORD)), IdentityRecord.class),
                    IdentityRecord::schema,
                    place);
            List<X509Certificate> chain = Certificates.parse(Files.readString(place.resolve(CERTIFICATE)));
            X509Certificate leaf = chain.get(0);
            PrivateKey key = PrivateKeys.parse(Files.readString(place.resolve(KEY)), leaf.getPublicKey());
            return Optional.of(new Identity(slot, record, leaf, new TlsIdentity(key, chain)));
        } catch (GeneralSecurityException e) {
            throw new IOException("the identity in " + place + " is damaged: " + e.getMessage(), e);
        }
    }

    private String currentSlot() throws IOException {
        return Files.readSymbolicLink(link).toString();
    }

    private String freeSlot() throws IOException {
        return Files.isSymbolicLink(link) && currentSlot().equals("a") ? "b" : "a";
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
