package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.problem.ProblemException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The refusals that more than one way into the room gives, in the same words. */
final class Refusals {
    private Refusals() {}

    static ProblemException unknown() {
        return ProblemException.of(ProblemType.UNKNOWN, "there is no such request");
    }

    static ProblemException withdrawn() {
        return ProblemException.of(ProblemType.WITHDRAWN, "the request was withdrawn; a new one can be made");
    }

    static ProblemException noSuchCertificate() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such certificate");
    }

    /**
     * Whether no certificate may be made for a key.
     *
     * @param why as the store has it: {@code rotated} out, or {@code blocked}; empty where it is neither
     * @param keepsKey whether the request has it already: then it is its own, though another request rotated it out
     */
    static boolean isRefused(Optional<String> why, boolean keepsKey) {
        return why.isPresent() && (!keepsKey || why.get().equals("blocked"));
    }

    static ProblemException keyIsRefused() {
        return ProblemException.of(
                ProblemType.KEY_NOT_ROTATED,
                "the key was rotated out or blocked and may not come back; make a new key and send its PKCS#10");
    }

    static ProblemException keyNotRotated() {
        return ProblemException.of(
                ProblemType.KEY_NOT_ROTATED,
                "a new key is asked for and this one was used by the request before; make a new key");
    }

    /** A person's word is about a PKCS#10 for one signer: another one is not slipped in beneath it. */
    static ProblemException otherSigner(String signer) {
        return ProblemException.of(
                ProblemType.CONFLICT,
                "spec.target_issuer: this request is one for the signer " + signer
                        + ", and the other leaves it to a person; send the PKCS#10 of a new key as a new request");
    }

    /** What was decided about a PKCS#10 was decided with its usages. */
    static ProblemException otherUsages() {
        return ProblemException.of(
                ProblemType.CONFLICT,
                "spec.usages: this PKCS#10 came with others, and keeps them; send the PKCS#10 of a new key");
    }

    static ProblemException fourEyes() {
        return ProblemException.of(
                ProblemType.UNAUTHORIZED, "the signer asks for four eyes: nobody approves what he asked for himself");
    }

    /** For what the caller may see, and may not do. */
    static ProblemException notYours(String act, Permission permission) {
        return ProblemException.of(ProblemType.UNAUTHORIZED, "to " + act + " needs the role " + permission.words());
    }

    /** What a caller says of its organisation must be so. */
    static void requireOrganisation(String said, String orgId) {
        if (!said.equals(orgId)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "spec.org_id: it belongs to another organisation");
        }
    }

    static ProblemException tooManyWait(int most) {
        return ProblemException.of(
                        ProblemType.RATE_LIMITED, most + " of your requests wait for a person; withdraw some")
                .after(Duration.ofHours(1));
    }

    /** 429 with the truthful time, by the database's clock: a retry then succeeds. */
    static ProblemException limited(@Nullable Duration delay) {
        Duration second = Duration.ofSeconds(1);
        Duration truthful = delay == null || delay.compareTo(second) < 0 ? second : delay;
        return ProblemException.of(
                        ProblemType.RATE_LIMITED,
                        "too many certificates for this set of names; the next is granted in " + truthful)
                .after(truthful);
    }
}
