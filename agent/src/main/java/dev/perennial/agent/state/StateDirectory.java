package dev.perennial.agent.state;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where everything stands below the state directory (docs/agent.md), and its one file about the agent as a whole. */
public final class StateDirectory {
    private static final String PRIVATE = "rwx------";

    private final Path root;

    public StateDirectory(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /** Makes the directory with mode 0700 where it is missing and takes away what interrupted writes left. */
    public void prepare() throws IOException {
        DurableFiles.createDirectories(root, PRIVATE);
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

    /** What is known of the agent as a whole; a fresh record where nothing is stored. */
    public AgentState read() throws IOException {
        return SchemaException.check(
                readIfThere(root.resolve("state.json"), AgentState.class).orElseGet(AgentState::fresh),
                AgentState::schema,
                root);
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
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }
}
