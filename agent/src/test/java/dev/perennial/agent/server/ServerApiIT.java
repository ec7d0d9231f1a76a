package dev.perennial.agent.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.FakeServer.Fault;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServerApiIT {
    /** F37. */
    @Test
    void answerWhoseBodyNeverEnds_isGivenUpAtTheDeadline() throws Exception {
        try (FakeServer server = new FakeServer()) {
            server.fail("GET /v1/root_certificates", Fault.SLOW_BODY);
            ServerApi api = new ServerApi(
                    URI.create(server.url()),
                    List.of(server.ca.root),
                    null,
                    Runnable::run,
                    Duration.ofSeconds(2),
                    new ServerClock(InstantSource.system()));
            assertThatThrownBy(api::rootCertificates)
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("timeout");
        }
    }
}
