package dev.perennial.server.problem;

import dev.perennial.model.ProblemJson;
import dev.perennial.model.ProblemType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which a call fails on purpose. Its message is written for the caller: what was wrong and what to do,
 * without secrets. Every door renders it in its own words.
 */
public final class ProblemException extends RuntimeException {
    /**
     * Whose credential it was.
     *
     * @param orgId the caller's organisation; null where it has none here
     */
    public record TurnedAway(String name, @Nullable String orgId) {}

    private final ProblemType type;
    private final List<String> identifiers;
    private final ProblemJson.@Nullable Existing existing;
    private final @Nullable String nextCall;
    private final @Nullable Duration retryAfter;
    private final @Nullable TurnedAway caller;
    private final boolean recorded;

    private ProblemException(
            ProblemType type,
            String detail,
            List<String> identifiers,
            ProblemJson.@Nullable Existing existing,
            @Nullable String nextCall,
            @Nullable Duration retryAfter,
            @Nullable TurnedAway caller,
            boolean recorded) {
        // A problem is an answer, not a crash: no stack trace is filled in, refusals are to be cheap.
        super(detail, null, false, false);
        this.type = type;
        this.identifiers = identifiers;
        this.existing = existing;
        this.nextCall = nextCall;
        this.retryAfter = retryAfter;
        this.caller = caller;
        this.recorded = recorded;
    }

    public static ProblemException of(ProblemType type, String detail) {
        return new ProblemException(type, detail, List.of(), null, null, null, null, false);
    }

    /** The same, naming the identifiers that the problem is about. */
    public ProblemException about(List<String> names) {
        return new ProblemException(
                type, detail(), List.copyOf(names), existing, nextCall, retryAfter, caller, recorded);
    }

    /** The same, naming the request that is in the way and what to call now. */
    public ProblemException inTheWay(ProblemJson.Existing request, String call) {
        return new ProblemException(type, detail(), identifiers, request, call, retryAfter, caller, recorded);
    }

    /** The same, with what to call now. */
    public ProblemException tryInstead(String call) {
        return new ProblemException(type, detail(), identifiers, existing, call, retryAfter, caller, recorded);
    }

    /** The same, with the time after which a retry makes sense. */
    public ProblemException after(Duration delay) {
        return new ProblemException(type, detail(), identifiers, existing, nextCall, delay, caller, recorded);
    }

    /** The same, for a credential that is known but opens nothing any more: whose it is, for the audit record. */
    public ProblemException to(String knownCaller, @Nullable String orgId) {
        TurnedAway whose = new TurnedAway(knownCaller, orgId);
        return new ProblemException(type, detail(), identifiers, existing, nextCall, retryAfter, whose, recorded);
    }

    /** The same, where the audit record tells of it already. */
    public ProblemException recorded() {
        return new ProblemException(type, detail(), identifiers, existing, nextCall, retryAfter, caller, true);
    }

    public ProblemType type() {
        return type;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public List<String> identifiers() {
        return identifiers;
    }

    public ProblemJson.@Nullable Existing existing() {
        return existing;
    }

    public @Nullable String nextCall() {
        return nextCall;
    }

    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** The caller that was turned away; null where the call itself knows, or nobody does. */
    public @Nullable TurnedAway caller() {
        return caller;
    }

    public boolean isRecorded() {
        return recorded;
    }
}
