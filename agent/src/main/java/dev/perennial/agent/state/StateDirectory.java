package dev.perennial.agent.state;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where everything stands below the state directory (docs/agent.md), and its one file about the agent as a whole. */
public final class StateDirectory {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final String PRIVATE = "rwx------";

    private final Path root;

    public StateDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Makes the directory where it is missing, gives it mode 0700 where it has another, and takes away what interrupted writes left. */
    public void prepare() throws IOException {
        DurableFiles.createDirectories(root, PRIVATE);
        Set<PosixFilePermission> mode = PosixFilePermissions.fromString(PRIVATE);
        if (!Files.getPosixFilePermissions(root).equals(mode)) {
            LOG.log(Level.WARNING, "{0} was open to others and is closed to them", root);
            Files.setPosixFilePermissions(root, mode);
        }
        for (Path directory : new Path[] {identity(), trust(), certificates()}) {
            DurableFiles.createDirectories(directory, PRIVATE);
            DurableFiles.sweep(directory);
        }
        DurableFiles.sweep(root);
    }

    /** Takes the one lock of this directory, which is made where it is missing. */
    public StateLock lock() throws IOException, StateLock.LockedException {
        DurableFiles.createDirectories(root, PRIVATE);
        return StateLock.take(root.resolve("lock"));
    }

    /** What is known of the agent as a whole; where nothing is, or nothing that can be read, it is learnt again. */
    public AgentState read() throws IOException {
        try {
            return SchemaException.check(
                    readIfThere(root.resolve("state.json"), AgentState.class).orElseGet(AgentState::fresh),
                    AgentState::schema,
                    root);
        } catch (DamagedStateException e) {
            LOG.log(Level.WARNING, "{0}", e.getMessage());
            return AgentState.fresh();
        }
    }

    public void write(AgentState state) throws IOException {
        DurableFiles.replace(root.resolve("state.json"), Json.write(state), "rw-------");
    }

    public Path root() {
        return root;
    }

    public Path identity() {
        return root.resolve("identity");
    }

    public Path trust() {
        return root.resolve("trust");
    }

    public Path certificates() {
        return root.resolve("certs");
    }

    public Path status() {
        return root.resolve("status.json");
    }

    public Path socket() {
        return root.resolve("agent.sock");
    }

    /** Reads a JSON file; empty where it does not exist. */
    public static <T> Optional<T> readIfThere(Path file, Class<T> type) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.read(Files.readAllBytes(file), type));
        } catch (JsonException e) {
            throw new DamagedStateException(file, e);
        }
    }

    /** What stands in a file of the state is not what was written. */
    private static final class DamagedStateException extends IOException {
        private static final long serialVersionUID = 1;

        DamagedStateException(Path file, JsonException cause) {
            super(file + " is damaged: " + cause.getMessage(), cause);
        }
    }
}
