package dev.perennial.agent.cli;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.ConfigReader;
import dev.perennial.agent.daemon.Agent;
import dev.perennial.agent.daemon.AgentSocket;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.state.StateDirectory;
import dev.perennial.agent.state.StateLock;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code renew} and {@code rotate}: asked of the daemon where one runs, else done here. */
@Command(mixinStandardHelpOptions = true)
final class AskCommand implements Callable<Integer> {
    private final Chance chance;
    private final String verb;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private @Nullable Output output;

    @Mixin
    private @Nullable ConfigOption config;

    @Parameters(index = "0", paramLabel = "NAME", description = "The certificate's name in the configuration.")
    private String name = "";

    AskCommand(Chance chance, String verb) {
        this.chance = chance;
        this.verb = verb;
    }

    @Override
    public Integer call() throws ConfigException, IOException, StateLock.LockedException, InterruptedException {
        AgentConfig read = ConfigReader.read(Checked.of(config).file());
        if (read.certificate(name).isEmpty()) {
            throw new ConfigException("no certificate is called '" + name + "' in the configuration");
        }
        Optional<Reply> daemon = AgentSocket.ask(new StateDirectory(read.state()).socket(), verb, name);
        return Checked.of(output).print(Checked.of(spec), daemon.isPresent() ? daemon.get() : here(read));
    }

    private Reply here(AgentConfig read) throws IOException, StateLock.LockedException, InterruptedException {
        try (Agent agent = Agent.open(read, chance.clock(), chance.random())) {
            return agent.command(verb, name);
        }
    }
}
