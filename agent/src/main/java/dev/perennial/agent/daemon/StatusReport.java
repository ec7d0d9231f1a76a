package dev.perennial.agent.daemon;

import dev.perennial.agent.identity.Identity;
import dev.perennial.agent.identity.ServerAccess;
import dev.perennial.agent.json.Json;
import dev.perennial.agent.renewal.CertificateStatus;
import dev.perennial.agent.renewal.Outcome;
import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gathers the status, and keeps the last one on disk for when no daemon answers. */
final class StatusReport {
    private static final Duration REFRESH = Duration.ofMinutes(10);

    private final StateDirectory directory;
    private final ServerAccess access;
    private final InstantSource clock;
    private @Nullable AgentStatus written;

    StatusReport(StateDirectory directory, ServerAccess access, InstantSource clock) {
        this.directory = directory;
        this.access = access;
        this.clock = clock;
    }

    AgentStatus make(List<CertificateStatus> certificates, List<String> problems) {
        Identity identity = null;
        boolean retired = false;
        try {
            identity = access.identity();
            retired = directory.read().retired();
        } catch (IOException e) {
            problems = List.of(String.valueOf(e.getMessage()));
        }
        boolean healthy = problems.isEmpty()
                && !retired
                && certificates.stream()
                        .allMatch(
                                certificate -> certificate.outcome() != Outcome.FAILED && certificate.alarm() == null);
        return new AgentStatus(
                SchemaException.CURRENT,
                clock.instant(),
                ProcessHandle.current().pid(),
                false,
                healthy,
                retired,
                identity == null ? null : identity.record().connectorId(),
                identity == null ? null : identity.record().name(),
                identity == null ? null : identity.notAfter(),
                identity == null ? null : identity.renewalTime(),
                identity == null ? null : identity.record().recovered(),
                access.serverClock().skew().toSeconds(),
                problems,
                certificates);
    }

    /** Writes where something has changed, or so long ago that a reader would doubt it. */
    void write(AgentStatus status) throws IOException {
        AgentStatus last = written;
        if (last != null && Files.exists(directory.status()) && isSame(last, status)) {
            return;
        }
        DurableFiles.replace(directory.status(), Json.write(status), "rw-------");
        written = status;
    }

    private static boolean isSame(AgentStatus last, AgentStatus now) {
        Instant stale = last.time().plus(REFRESH);
        return now.time().isBefore(stale)
                && !now.time().isBefore(last.time())
                && now.healthy() == last.healthy()
                && now.retired() == last.retired()
                && now.problems().equals(last.problems())
                && Objects.equals(now.identityRecovered(), last.identityRecovered())
                && now.certificates().equals(last.certificates());
    }
}
