package dev.perennial.agent.cli;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.ConfigReader;
import dev.perennial.agent.daemon.AgentSocket;
import dev.perennial.agent.daemon.AgentStatus;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.state.StateDirectory;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code status}: what the daemon says, or what was last written where none runs. */
@Command(
        name = "status",
        description = "Show every certificate and what is in its way.",
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private @Nullable Output output;

    @Mixin
    private @Nullable ConfigOption config;

    @Override
    public Integer call() throws ConfigException, IOException {
        StateDirectory directory =
                new StateDirectory(ConfigReader.read(Checked.of(config).file()).state());
        Optional<Reply> daemon = AgentSocket.ask(directory.socket(), "status", null);
        Reply reply = daemon.isPresent() ? daemon.get() : stored(directory);
        return Checked.of(output).print(Checked.of(spec), reply);
    }

    private static Reply stored(StateDirectory directory) throws IOException {
        return StateDirectory.readIfThere(directory.status(), AgentStatus.class)
                .map(AgentStatus::reply)
                .orElseGet(() -> Reply.line(
                        Reply.FAILED, "no agent has run with " + directory.root() + " yet: start 'perennial run'"));
    }
}
