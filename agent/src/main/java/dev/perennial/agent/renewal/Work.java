package dev.perennial.agent.renewal;

import dev.perennial.agent.config.CertificateConfig;
import dev.perennial.agent.identity.ServerAccess;
import dev.perennial.agent.install.HookRunner;
import dev.perennial.agent.install.Manifest;
import dev.perennial.agent.install.PublishedDirectory;
import dev.perennial.agent.state.StateDirectory;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What the parts of one certificate's work share: its configuration, its state and its places. */
final class Work {
    private static final Logger LOG = Logger.getLogger("perennial");
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(30);
    /** A host that has no certificate at all is in more of a hurry. */
    private static final Duration SHORTEST_FIRST_WAIT = Duration.ofSeconds(2);

    private static final Duration FLOOR = Duration.ofMillis(200);

    final CertificateConfig config;
    final CertificateFiles files;
    final CertificateState state;
    final PublishedDirectory published;
    final ServerAccess access;
    final HookRunner hooks;
    final InstantSource clock;
    final SecureRandom random;

    Work(
            CertificateConfig config,
            StateDirectory directory,
            ServerAccess access,
            HookRunner hooks,
            InstantSource clock,
            SecureRandom random)
            throws IOException {
        this.config = config;
        this.files = new CertificateFiles(directory, config.name());
        this.state = files.read();
        this.published = new PublishedDirectory(config.directory());
        this.access = access;
        this.hooks = hooks;
        this.clock = clock;
        this.random = random;
    }

    Instant now() {
        return clock.instant();
    }

    void save() throws IOException {
        files.write(state);
    }

    void log(Level level, String message) {
        LOG.log(level, "{0}: {1}", new Object[] {config.name(), message});
    }

    /** The manifest of the live generation as it was written; empty where none is live. */
    Optional<Manifest> live() {
        return state.live == 0 ? Optional.empty() : published.manifest(state.live);
    }

    boolean clockIsOff() {
        return access.serverClock().isOff();
    }

    /** Notes a failure; where even that cannot be saved, the memory of this process must do. */
    void trouble(Activity activity, String reason, @Nullable Duration retryAfter) {
        Trouble before = state.troubles.get(activity);
        Trouble trouble = Trouble.after(before, reason, now(), bounds(), retryAfter, random);
        state.troubles.put(activity, trouble);
        Level level = before == null || !before.reason().equals(reason) ? Level.WARNING : Level.FINE;
        log(level, reason + "; next try " + trouble.next());
        try {
            save();
        } catch (IOException e) {
            log(Level.WARNING, "the state cannot be saved: " + e.getMessage());
        }
    }

    void clear(Activity activity) throws IOException {
        if (state.troubles.remove(activity) != null) {
            save();
        }
    }

    /** Waits shrink with what remains of the live certificate, and stay small once it has expired. */
    private Trouble.Bounds bounds() {
        Duration longest = live().map(manifest -> {
                    Duration remaining = Duration.between(now(), manifest.notAfter());
                    Duration lifetime = Duration.between(manifest.notBefore(), manifest.notAfter());
                    return remaining.isNegative() || remaining.isZero() ? lifetime : remaining;
                })
                .map(span -> smaller(LONGEST_WAIT, larger(FLOOR, span.dividedBy(20))))
                .orElse(LONGEST_WAIT);
        Duration shortest = state.live == 0 ? SHORTEST_FIRST_WAIT : SHORTEST_WAIT;
        return new Trouble.Bounds(smaller(shortest, longest), longest);
    }

    static Duration smaller(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    static Duration larger(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
