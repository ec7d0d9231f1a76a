package dev.perennial.agent.daemon;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.identity.IdentityRenewal;
import dev.perennial.agent.identity.IdentitySlots;
import dev.perennial.agent.identity.ServerAccess;
import dev.perennial.agent.identity.TrustedRoots;
import dev.perennial.agent.install.HookRunner;
import dev.perennial.agent.renewal.CertificateStatus;
import dev.perennial.agent.renewal.CertificateWork;
import dev.perennial.agent.renewal.Outcome;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.AgentState;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.state.StateDirectory;
import dev.perennial.agent.state.StateLock;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The agent of one state directory, whose lock it holds: all its certificates, its identity, its status. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final Duration HOOK_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration SETTLE = Duration.ofSeconds(60);

    private final StateDirectory directory;
    private final StateLock lock;
    private final InstantSource clock;
    private final HttpThreads threads = new HttpThreads();
    private final ServerAccess access;
    private final Upkeep upkeep;
    private final StatusReport report;
    private final ConfiguredCertificates certificates;

    private Agent(
            AgentConfig config, StateDirectory directory, StateLock lock, InstantSource clock, SecureRandom random)
            throws IOException {
        this.directory = directory;
        this.lock = lock;
        this.clock = clock;
        IdentitySlots slots = new IdentitySlots(directory.identity());
        this.access = new ServerAccess(
                slots, new TrustedRoots(directory.trust()), config.server(), threads.executor(), clock);
        this.upkeep = new Upkeep(
                directory, access, new IdentityRenewal(directory.identity(), slots, access, random), clock, random);
        this.report = new StatusReport(directory, access, clock);
        this.certificates = new ConfiguredCertificates(
                config,
                certificate -> new CertificateWork(
                        certificate, directory, access, new HookRunner(HOOK_TIMEOUT), clock, random));
    }

    /** Takes the lock and makes ready; fails where the agent is not enrolled. */
    public static Agent open(AgentConfig config, InstantSource clock, SecureRandom random)
            throws IOException, StateLock.LockedException {
        StateDirectory directory = new StateDirectory(config.state());
        StateLock lock = directory.lock();
        try {
            // Before anything is touched: it may be a newer agent's.
            directory.read();
            directory.prepare();
            Agent agent = new Agent(config, directory, lock, clock, random);
            agent.access.identity();
            return agent;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    void configure(AgentConfig wanted) throws SchemaException {
        certificates.configure(wanted);
    }

    /** One round over everything; says when the next is due. */
    Instant pass() throws RetiredException {
        try {
            certificates.readAgain();
            access.beginPass();
            Instant wake = upkeep.advance();
            for (CertificateWork work : certificates.works()) {
                work.advance();
                wake = work.nextWake().isBefore(wake) ? work.nextWake() : wake;
            }
            if (access.isAccepted()) {
                noteRetired(false);
            }
            return wake;
        } catch (ServerException e) {
            throw retired(e);
        } finally {
            writeStatus();
        }
    }

    /** One round to the end: every certificate is in place, waits for a person, or has failed. */
    public Reply once() throws InterruptedException {
        try {
            certificates.works().forEach(CertificateWork::hurry);
            pass();
            Instant end = clock.instant().plus(SETTLE);
            for (CertificateWork work : certificates.works()) {
                settle(work, end);
            }
            return reply(certificates.status());
        } catch (RetiredException e) {
            return e.reply();
        }
    }

    /** Does what a person asked for one certificate and follows it to its end. */
    Reply renewOrRotate(String verb, String name) throws InterruptedException, RetiredException {
        CertificateWork work = certificates.work(name).orElse(null);
        if (work == null) {
            List<CertificateStatus> failed = certificates.status().stream()
                    .filter(certificate -> certificate.name().equals(name))
                    .toList();
            return failed.isEmpty()
                    ? Reply.line(Reply.CONFIGURATION, "no certificate is called '" + name + "' in the configuration")
                    : reply(failed);
        }
        try {
            if (verb.equals("rotate")) {
                work.rotate();
            } else {
                work.renew();
            }
            settle(work, clock.instant().plus(SETTLE));
            return reply(List.of(work.status()));
        } catch (ServerException e) {
            throw retired(e);
        } finally {
            work.calm();
        }
    }

    /** The same for a process that is no daemon. */
    public Reply command(String verb, String name) throws InterruptedException {
        try {
            upkeep.advance();
            return renewOrRotate(verb, name);
        } catch (ServerException e) {
            return retired(e).reply();
        } catch (RetiredException e) {
            return e.reply();
        }
    }

    AgentStatus status() {
        return report.make(certificates.status(), upkeep.problems());
    }

    /** Has the next round look at every request, due or not. */
    void lookSoon() {
        certificates.works().forEach(CertificateWork::lookSoon);
    }

    StateDirectory directory() {
        return directory;
    }

    InstantSource clock() {
        return clock;
    }

    void configurationProblem(String problem) {
        upkeep.configurationProblem(problem);
    }

    private void settle(CertificateWork work, Instant end) throws InterruptedException, RetiredException {
        try {
            while (work.outcome() == Outcome.UNDER_WAY && clock.instant().isBefore(end)) {
                Duration pause = Duration.between(clock.instant(), work.nextWake());
                Thread.sleep(Math.max(1, Math.min(1000, pause.toMillis())));
                access.beginPass();
                work.advance();
            }
        } catch (ServerException e) {
            throw retired(e);
        } finally {
            writeStatus();
        }
    }

    private Reply reply(List<CertificateStatus> about) {
        boolean failed = about.stream().anyMatch(certificate -> certificate.outcome() == Outcome.FAILED);
        return new Reply(
                failed ? Reply.FAILED : Reply.WELL,
                about.stream().map(StatusLines::of).toList(),
                status());
    }

    private RetiredException retired(ServerException cause) {
        noteRetired(true);
        return new RetiredException(String.valueOf(cause.getMessage()));
    }

    private void noteRetired(boolean retired) {
        try {
            AgentState state = directory.read();
            if (state.retired() != retired) {
                directory.write(state.withRetired(retired));
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the retirement cannot be noted: {0}", e.getMessage());
        }
    }

    private void writeStatus() {
        try {
            report.write(status());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the status cannot be written: {0}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        threads.close();
        lock.close();
    }

    /** The server has retired this agent: nothing is asked any more, the files stay. Exit code 77. */
    static final class RetiredException extends Exception {
        private static final long serialVersionUID = 1;

        RetiredException(String message) {
            super(message);
        }

        Reply reply() {
            return Reply.line(Reply.RETIRED, "retired by the server: " + getMessage() + "; the files stay");
        }
    }
}
