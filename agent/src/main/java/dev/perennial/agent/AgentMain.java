package dev.perennial.agent;

import dev.perennial.agent.cli.Commands;
import java.security.SecureRandom;
import java.time.InstantSource;

/** The client's command line. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        LogLines.install();
        // A kept connection that the server has long closed costs a call; nothing here is called often.
        System.setProperty("jdk.httpclient.keepalive.timeout", "30");
        System.exit(run(arguments));
    }

    /**
     * Runs one command inside this process and gives its exit code (docs/agent.md). The daemon runs until this thread is
     * interrupted.
     */
    public static int run(String... arguments) {
        return Commands.execute(InstantSource.system(), new SecureRandom(), arguments);
    }
}
