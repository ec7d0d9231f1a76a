package dev.perennial.agent;

import dev.perennial.agent.install.PublishedDirectory;
import dev.perennial.agent.renewal.Activity;
import dev.perennial.agent.renewal.CertificateStatus;
import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.TestAgent;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Tests of an agent that is enrolled at a server that can fail in every way; both are fresh for each test. */
abstract class EnrolledAgent {
    @TempDir
    Path root;

    FakeServer server;
    TestAgent agent;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
        agent = new TestAgent(root, server).enrolled();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** How many generations are kept. */
    int generations() throws Exception {
        return new PublishedDirectory(agent.install).generations().size();
    }

    /** What stands in the way of that activity; empty where nothing does. */
    String problem(Activity activity) throws Exception {
        return agent.web().problems().stream()
                .filter(problem -> problem.activity() == activity)
                .map(CertificateStatus.Problem::reason)
                .findFirst()
                .orElse("");
    }
}
