package dev.perennial.agent.renewal;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.key.NewKey;
import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Keys that are not live yet, each whole on disk before the server hears of it; at most one is being worked with. */
final class PendingKeys {
    private static final String KEY = "key.pem";
    private static final String PKCS10 = "request.pem";
    private static final String FACTS = "request.json";
    private static final String SECRET = "rw-------";

    private final Path directory;

    PendingKeys(Path directory) {
        this.directory = directory;
    }

    /**
     * One pending key.
     *
     * @param keyOrder the order that it answers
     * @param publicKeyMd5 the API's name for the key
     * @param submitted whether the server has accepted its PKCS#10
     * @param submissions how often it was sent with an answer
     */
    record Facts(
            int schema,
            long keyOrder,
            String publicKeySha256,
            String publicKeyMd5,
            boolean submitted,
            int submissions) {}

    record PendingKey(int number, Facts facts) {}

    Optional<PendingKey> newest() throws IOException {
        int number = highest();
        if (number == 0) {
            return Optional.empty();
        }
        Facts facts = Json.read(Files.readAllBytes(place(number).resolve(FACTS)), Facts.class);
        return Optional.of(new PendingKey(number, SchemaException.check(facts, Facts::schema, place(number))));
    }

    PendingKey store(NewKey key, long keyOrder) throws IOException {
        DurableFiles.createDirectories(directory, "rwx------");
        int number = highest() + 1;
        Path growing = directory.resolve(number + DurableFiles.TEMPORARY);
        DurableFiles.deleteTree(growing);
        DurableFiles.createDirectories(growing, "rwx------");
        Facts facts = new Facts(
                SchemaException.CURRENT,
                keyOrder,
                Certificates.sha256(key.publicKey()),
                Certificates.md5(key.publicKey()),
                false,
                0);
        DurableFiles.create(growing.resolve(KEY), ascii(key.privateKeyPem()), SECRET);
        DurableFiles.create(growing.resolve(PKCS10), ascii(key.pkcs10Pem()), SECRET);
        DurableFiles.create(growing.resolve(FACTS), Json.write(facts), SECRET);
        DurableFiles.syncDirectory(growing);
        DurableFiles.rename(growing, place(number));
        return new PendingKey(number, facts);
    }

    PendingKey markSubmitted(PendingKey pending, boolean submitted) throws IOException {
        Facts old = pending.facts();
        Facts facts = new Facts(
                old.schema(),
                old.keyOrder(),
                old.publicKeySha256(),
                old.publicKeyMd5(),
                submitted,
                old.submissions() + (submitted ? 1 : 0));
        DurableFiles.replace(place(pending.number()).resolve(FACTS), Json.write(facts), SECRET);
        return new PendingKey(pending.number(), facts);
    }

    String keyPem(int number) throws IOException {
        return Files.readString(place(number).resolve(KEY));
    }

    String pkcs10(int number) throws IOException {
        return Files.readString(place(number).resolve(PKCS10));
    }

    void discardAll() throws IOException {
        sweep();
        for (Path child : DurableFiles.list(directory)) {
            DurableFiles.discard(child);
        }
    }

    void sweep() throws IOException {
        DurableFiles.sweep(directory);
    }

    private int highest() throws IOException {
        int highest = 0;
        for (Path child : DurableFiles.list(directory)) {
            String name = child.getFileName().toString();
            if (name.chars().allMatch(Character::isDigit)) {
                highest = Math.max(highest, Integer.parseInt(name));
            }
        }
        return highest;
    }

    private Path place(int number) {
        return directory.resolve(Integer.toString(number));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
