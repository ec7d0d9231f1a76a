package dev.perennial.agent.daemon;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Reads the configuration again when the file has changed; one that is wrong is reported, and the last good one stays. */
public final class ConfigWatch {
    private static final Logger LOG = Logger.getLogger("perennial");

    private final Path file;
    private @Nullable FileTime seen;
    private AgentConfig last;
    private String problem = "";

    public ConfigWatch(Path file, AgentConfig first) {
        this.file = file;
        this.last = first;
        this.seen = modified();
    }

    Optional<AgentConfig> changed() {
        FileTime modified = modified();
        if (modified == null || modified.equals(seen)) {
            return Optional.empty();
        }
        seen = modified;
        try {
            AgentConfig config = ConfigReader.read(file);
            if (!config.state().equals(last.state()) || !java.util.Objects.equals(config.server(), last.server())) {
                throw new ConfigException(file + ": a new 'server' or 'state' needs a restart");
            }
            last = config;
            problem = "";
            return Optional.of(config);
        } catch (ConfigException e) {
            report(e);
            return Optional.empty();
        }
    }

    /** What was read cannot be taken over: it is read again at the next look. */
    void failed(Exception why) {
        report(why);
        seen = null;
    }

    private void report(Exception why) {
        String now = "configuration: " + why.getMessage();
        if (!now.equals(problem)) {
            LOG.warning(now + "; the last good one stays");
        }
        problem = now;
    }

    /** What is wrong with the file as it stands; empty where nothing is. */
    String problem() {
        return problem;
    }

    private @Nullable FileTime modified() {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            return null;
        }
    }
}
