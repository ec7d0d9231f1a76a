package dev.perennial.agent.daemon;

import dev.perennial.agent.identity.IdentityRenewal;
import dev.perennial.agent.identity.ServerAccess;
import dev.perennial.agent.renewal.Trouble;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.AgentState;
import dev.perennial.agent.state.StateDirectory;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What the agent does for itself: its identity, its roots, its sense of time. */
final class Upkeep {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final Duration ROOTS = Duration.ofHours(1);
    private static final Trouble.Bounds BOUNDS = new Trouble.Bounds(Duration.ofSeconds(5), Duration.ofHours(1));

    private final StateDirectory directory;
    private final ServerAccess access;
    private final IdentityRenewal renewal;
    private final InstantSource clock;
    private final SecureRandom random;
    private @Nullable Trouble identityTrouble;
    private @Nullable Trouble rootsTrouble;
    private volatile String configurationProblem = "";

    Upkeep(
            StateDirectory directory,
            ServerAccess access,
            IdentityRenewal renewal,
            InstantSource clock,
            SecureRandom random) {
        this.directory = directory;
        this.access = access;
        this.renewal = renewal;
        this.clock = clock;
        this.random = random;
    }

    /** Does what is due; says when there is more. */
    Instant advance() throws ServerException {
        if (isDue(rootsTrouble)) {
            rootsTrouble = after(rootsTrouble, "trusted roots", this::refreshRoots);
        }
        if (isDue(identityTrouble)) {
            identityTrouble = after(identityTrouble, "identity", () -> renewal.advance(clock.instant()));
        }
        return nextWake();
    }

    List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (Trouble trouble : new Trouble[] {rootsTrouble, identityTrouble}) {
            if (trouble != null) {
                problems.add(trouble.reason());
            }
        }
        if (!configurationProblem.isEmpty()) {
            problems.add(configurationProblem);
        }
        return problems;
    }

    void configurationProblem(String problem) {
        configurationProblem = problem;
    }

    private interface Action {
        void run() throws ServerException, IOException;
    }

    private Instant nextWake() {
        Instant now = clock.instant();
        Instant wake = now.plusSeconds(60);
        try {
            Instant renewalTime = access.identity().renewalTime();
            if (identityTrouble == null && renewalTime.isAfter(now) && renewalTime.isBefore(wake)) {
                wake = renewalTime;
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "no identity: {0}", e.getMessage());
        }
        if (identityTrouble != null && identityTrouble.next().isBefore(wake)) {
            wake = identityTrouble.next();
        }
        return wake;
    }

    private void refreshRoots() throws ServerException, IOException {
        AgentState state = directory.read();
        Instant now = clock.instant();
        Instant last = state.rootsChecked();
        boolean fresh = last != null && last.plus(ROOTS).isAfter(now) && !last.isAfter(now.plus(ROOTS));
        if (fresh) {
            return;
        }
        access.refreshRoots();
        directory.write(state.withRootsChecked(now));
    }

    private boolean isDue(@Nullable Trouble trouble) {
        return trouble == null || trouble.isDue(clock.instant());
    }

    private @Nullable Trouble after(@Nullable Trouble before, String what, Action action) throws ServerException {
        try {
            action.run();
            return null;
        } catch (ServerException e) {
            if (e.is("retired")) {
                throw e;
            }
            return note(before, what + ": " + e.getMessage(), e.retryAfter());
        } catch (IOException e) {
            return note(before, what + ": " + e.getMessage(), null);
        }
    }

    private Trouble note(@Nullable Trouble before, String reason, @Nullable Duration retryAfter) {
        if (before == null || !before.reason().equals(reason)) {
            LOG.warning(reason);
        }
        return Trouble.after(before, reason, clock.instant(), BOUNDS, retryAfter, random);
    }
}
