package dev.perennial.agent.daemon;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.daemon.Agent.RetiredException;
import dev.perennial.agent.state.SchemaException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The daemon: one thread that does all the work, so that the steps of an installation have one order. It wakes at least
 * once a minute and compares the wall clock, since a suspended machine's timers do not tell.
 */
public final class AgentLoop implements Runnable {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(60);

    private final Agent agent;
    private final ConfigWatch watch;
    private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private volatile boolean stopping;
    private volatile int exit = Reply.WELL;
    private volatile AgentStatus status;

    public AgentLoop(Agent agent, ConfigWatch watch) {
        this.agent = agent;
        this.watch = watch;
        this.status = agent.status();
    }

    /** What a person asks of the running daemon; an empty verb only wakes it. */
    private record Command(String verb, String name, CompletableFuture<Reply> reply) {}

    @Override
    public void run() {
        AgentSocket socket = AgentSocket.open(agent.directory().socket(), this);
        try {
            while (!stopping) {
                watch.changed().ifPresent(this::configure);
                agent.configurationProblem(watch.problem());
                Instant wake = agent.pass();
                status = agent.status();
                await(wake);
            }
        } catch (RetiredException e) {
            e.reply().lines().forEach(LOG::severe);
            exit = Reply.RETIRED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            // A daemon whose work died must not look alive.
            LOG.log(Level.SEVERE, "the agent cannot go on", e);
            exit = Reply.FAILED;
        } finally {
            socket.close();
        }
    }

    /** Ends the loop after the step that it is in. */
    public void stop() {
        stopping = true;
        wake();
    }

    /** Has the loop read its configuration and look at every request now. */
    public void wake() {
        commands.add(new Command("", "", new CompletableFuture<>()));
    }

    public int exit() {
        return exit;
    }

    AgentStatus status() {
        return status;
    }

    /** Has the loop do it and gives the answer when it is done. */
    CompletableFuture<Reply> ask(String verb, String name) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        commands.add(new Command(verb, name, reply));
        return reply;
    }

    private void await(Instant wake) throws InterruptedException, RetiredException {
        Duration sleep = Duration.between(agent.clock().instant(), wake);
        long millis = Math.max(1, Math.min(sleep.toMillis(), LONGEST_SLEEP.toMillis()));
        Command command = commands.poll(millis, TimeUnit.MILLISECONDS);
        if (command == null) {
            return;
        }
        if (command.verb().isEmpty()) {
            agent.lookSoon();
            return;
        }
        try {
            command.reply().complete(agent.renewOrRotate(command.verb(), command.name()));
        } catch (RetiredException e) {
            command.reply().complete(e.reply());
            throw e;
        }
    }

    private void configure(AgentConfig config) {
        try {
            agent.configure(config);
            LOG.info("the configuration was read again");
        } catch (SchemaException e) {
            watch.failed(e);
        }
    }
}
