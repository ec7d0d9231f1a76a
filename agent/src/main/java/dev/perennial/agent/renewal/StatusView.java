package dev.perennial.agent.renewal;

import dev.perennial.agent.install.Manifest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Derives the words for people from the facts in the state. */
final class StatusView {
    private static final Duration STUCK = Duration.ofDays(1);

    private final Work work;
    private final CertificateState state;

    StatusView(Work work) {
        this.work = work;
        this.state = work.state;
    }

    CertificateStatus status() {
        Manifest live = work.live().orElse(null);
        List<CertificateStatus.Problem> problems = state.troubles.entrySet().stream()
                .map(entry -> new CertificateStatus.Problem(
                        entry.getKey(),
                        entry.getValue().reason(),
                        entry.getValue().since(),
                        entry.getValue().attempts(),
                        entry.getValue().next()))
                .toList();
        return new CertificateStatus(
                work.config.name(),
                work.config.dnsNames(),
                phase(),
                outcome(),
                message(),
                state.requestId,
                state.live,
                live == null ? null : live.serial(),
                state.liveSha256,
                live == null ? null : live.notBefore(),
                live == null ? null : live.notAfter(),
                state.renewalTime,
                isReported(),
                null,
                state.drift,
                state.alarm,
                problems);
    }

    Phase phase() {
        if (blocked() != null) {
            return Phase.BLOCKED;
        }
        switch (state.install) {
            case READY -> {
                return Phase.READY;
            }
            case FLIPPING -> {
                return Phase.FLIPPING;
            }
            case DEPLOY_PENDING -> {
                return Phase.DEPLOY_PENDING;
            }
            case NONE -> {}
        }
        if (!state.troubles.isEmpty()) {
            boolean stuck = state.troubles.values().stream()
                    .anyMatch(trouble -> trouble.since().plus(STUCK).isBefore(work.now()));
            return stuck ? Phase.STUCK : Phase.FAILED;
        }
        if (state.needsKey() && state.specification != null) {
            return keyPhase();
        }
        if (state.live != 0) {
            return isReported() ? Phase.LIVE : Phase.VERIFYING;
        }
        return Phase.IDLE;
    }

    Outcome outcome() {
        if (blocked() != null || !state.troubles.isEmpty()) {
            return Outcome.FAILED;
        }
        if (state.install != CertificateState.InstallPhase.NONE) {
            return Outcome.UNDER_WAY;
        }
        if (state.needsKey() || state.live == 0) {
            return state.waitingForPerson ? Outcome.WAITING_FOR_PERSON : Outcome.UNDER_WAY;
        }
        return isReported() ? Outcome.DONE : Outcome.UNDER_WAY;
    }

    @Nullable
    String blocked() {
        if (state.withdrawn) {
            return "the request was withdrawn: nothing is asked for any more, the files stay";
        }
        if (state.drift != null) {
            return "drift: " + state.drift;
        }
        return work.clockIsOff()
                ? "the clock is off by " + work.access.serverClock().skew().negated()
                : null;
    }

    private @Nullable String message() {
        String blocked = blocked();
        return blocked == null ? state.waiting : blocked;
    }

    private boolean isReported() {
        return state.liveSha256 != null && state.liveSha256.equals(state.reported);
    }

    private Phase keyPhase() {
        try {
            return work.files
                    .pending()
                    .newest()
                    .filter(key -> key.facts().keyOrder() == state.keyOrder)
                    .map(key -> key.facts().submitted() ? Phase.SUBMITTED : Phase.KEY_READY)
                    .orElse(Phase.DUE);
        } catch (IOException e) {
            return Phase.DUE;
        }
    }
}
