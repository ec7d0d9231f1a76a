package dev.perennial.agent.cli;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.ConfigReader;
import dev.perennial.agent.daemon.Agent;
import dev.perennial.agent.daemon.AgentLoop;
import dev.perennial.agent.daemon.ConfigWatch;
import dev.perennial.agent.state.StateLock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run}: the daemon, or one round with {@code --once}. */
@Command(name = "run", description = "Keep the configured certificates in place.", mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final long STOP_MILLIS = 10_000;

    private final Chance chance;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private @Nullable Output output;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration.")
    private Path config = Path.of("");

    @Option(names = "--once", description = "Do what is due now, say how it stands, and end.")
    private boolean once;

    RunCommand(Chance chance) {
        this.chance = chance;
    }

    @Override
    public Integer call() throws ConfigException, IOException, StateLock.LockedException, InterruptedException {
        AgentConfig read = ConfigReader.read(config);
        try (Agent agent = Agent.open(read, chance.clock(), chance.random())) {
            if (once) {
                return Checked.of(output).print(Checked.of(spec), agent.once());
            }
            return stay(new AgentLoop(agent, new ConfigWatch(config, read)));
        }
    }

    /** Runs the loop in its own thread until a signal, or an interrupt of this thread, ends it after its step. */
    private static int stay(AgentLoop loop) {
        Thread install = new Thread(loop, "install");
        install.start();
        WakeSignals.handle(loop::wake);
        Thread stop = new Thread(
                () -> {
                    loop.stop();
                    join(install, STOP_MILLIS);
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(stop);
        if (!join(install, 0)) {
            loop.stop();
            join(install, STOP_MILLIS);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            LOG.log(Level.FINE, "already shutting down");
        }
        return loop.exit();
    }

    /** Whether the thread ended rather than our wait for it. */
    private static boolean join(Thread thread, long millis) {
        try {
            thread.join(millis);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
