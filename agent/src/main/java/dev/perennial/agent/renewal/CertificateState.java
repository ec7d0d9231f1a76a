package dev.perennial.agent.renewal;

import dev.perennial.agent.state.SchemaException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one certificate across restarts: facts, each saved before it is acted upon. Changed only by the
 * thread that does the agent's work, and only within this package.
 */
final class CertificateState {
    int schema = SchemaException.CURRENT;

    /** The request at the server; null where it has none that we know of. */
    @Nullable
    String requestId;

    /** The PKCS#10 of the live certificate in PEM, sent again to a server that has forgotten the request. */
    @Nullable
    String pkcs10;

    /** The tag of the last answer that was wholly dealt with. */
    @Nullable
    String etag;

    /** What keys are made for; another text in the configuration orders a new key. */
    @Nullable
    String specification;

    /** Grows with each reason for a new key; the live key answers {@link #keyOrderDone}. */
    long keyOrder;

    long keyOrderDone;
    String keyReason = "";

    /** The last rotation signal that was acted upon. */
    long epoch;

    @Nullable
    PlannedRotation rotation;

    /** Rotations on the day {@link #rotationDay}, counted since 1970. */
    int rotations;

    long rotationDay;

    /** The published directory that the generations below are in. */
    @Nullable
    String directory;

    InstallPhase install = InstallPhase.NONE;
    int target;

    /** The pending key that the target is for; 0 where it is for the live key. */
    int targetPending;

    int live;
    int previous;

    /** The certificate of the live generation; null where that is damaged and is fetched again. */
    @Nullable
    String liveSha256;

    @Nullable
    String livePublicKey;

    /** Commands that have succeeded for the live generation. */
    List<String> hooksDone = new ArrayList<>();

    /** Whether older generations go as soon as the server knows of the live one: their key is compromised. */
    boolean dropOlder;

    /** SHA-256 of the certificate that the server was last told is live. */
    @Nullable
    String reported;

    /** SHA-256 of the text of the certificate and chain that were rejected last. */
    @Nullable
    String rejected;

    /** SHA-256 of the last certificate for a key that we do not have which we answered with our PKCS#10. */
    @Nullable
    String answeredForeign;

    @Nullable
    Instant renewalTime;

    boolean autoRenew = true;
    boolean withdrawn;

    @Nullable
    Instant submittedAt;

    /** For whom or what an accepted request waits. */
    @Nullable
    String waiting;

    boolean waitingForPerson;

    /** What was found changed in the published directory. */
    @Nullable
    String drift;

    /** What a person should know although it is mended. */
    @Nullable
    String alarm;

    Map<Activity, Trouble> troubles = new EnumMap<>(Activity.class);

    /** How far the next installation has come. */
    enum InstallPhase {
        NONE,
        READY,
        FLIPPING,
        DEPLOY_PENDING
    }

    /** A signal to rotate and the moment drawn for it. */
    record PlannedRotation(long epoch, Instant at, String reason) {}

    boolean needsKey() {
        return keyOrder > keyOrderDone;
    }

    /** What stands in another directory than the configured one is no longer ours to look after. */
    void moveTo(String other) {
        boolean moved = directory != null;
        directory = other;
        if (!moved) {
            return;
        }
        install = InstallPhase.NONE;
        target = 0;
        targetPending = 0;
        live = 0;
        previous = 0;
        liveSha256 = null;
        livePublicKey = null;
        hooksDone = new ArrayList<>();
        etag = null;
        drift = null;
        alarm = null;
    }

    /** Nothing is asked for any more, so nothing of it is tried again. */
    void withdraw() {
        withdrawn = true;
        rotation = null;
        troubles.keySet().removeAll(List.of(Activity.SUBMISSION, Activity.REISSUE, Activity.POLL));
    }

    /** A new key is wanted, whatever was under way for another. */
    void orderKey(String reason) {
        keyOrder++;
        keyReason = reason;
        submittedAt = null;
        waiting = null;
        waitingForPerson = false;
        troubles.remove(Activity.SUBMISSION);
    }
}
