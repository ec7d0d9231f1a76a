package dev.perennial.agent.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --config} of the commands that have a default for it. */
final class ConfigOption {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "/etc/perennial/agent.yaml",
            description = "The configuration; ${DEFAULT-VALUE} where absent.")
    private Path file = Path.of("");

    Path file() {
        return file;
    }
}
