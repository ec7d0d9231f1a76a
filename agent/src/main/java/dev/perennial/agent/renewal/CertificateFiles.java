package dev.perennial.agent.renewal;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What the state directory keeps of one certificate. */
final class CertificateFiles {
    private static final String SECRET = "rw-------";
    private static final int QUARANTINED = 5;

    private final Path directory;

    CertificateFiles(StateDirectory state, String name) {
        this.directory = state.certificates().resolve(name);
    }

    Path directory() {
        return directory;
    }

    CertificateState read() throws IOException {
        DurableFiles.createDirectories(directory, "rwx------");
        DurableFiles.sweep(directory);
        pending().sweep();
        return SchemaException.check(
                StateDirectory.readIfThere(file(), CertificateState.class).orElseGet(CertificateState::new),
                state -> state.schema,
                file());
    }

    void write(CertificateState state) throws IOException {
        DurableFiles.replace(file(), Json.write(state), SECRET);
    }

    PendingKeys pending() {
        return new PendingKeys(directory.resolve("pending"));
    }

    /** Keeps what the server answered for people to look at; only the first few, lest a bad server fill the disk. */
    void quarantine(String sha256, String text) throws IOException {
        Path place = directory.resolve("quarantine");
        DurableFiles.createDirectories(place, "rwx------");
        List<Path> kept = DurableFiles.list(place);
        if (kept.size() < QUARANTINED) {
            DurableFiles.replace(place.resolve(sha256), text.getBytes(StandardCharsets.UTF_8), SECRET);
        }
    }

    /** Where the output of the hook with this place in the list goes. */
    Path hookOutput(int place) {
        return directory.resolve("hook-" + place + ".log");
    }

    private Path file() {
        return directory.resolve("state.json");
    }
}
