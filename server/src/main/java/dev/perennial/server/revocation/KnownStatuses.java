package dev.perennial.server.revocation;

import dev.perennial.server.pkix.OcspResponse.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What OCSP has told lately, for the time when the database cannot be asked. Thread-safe, and never large. */
final class KnownStatuses {
    private static final int MOST = 20_000;

    private final Duration valid;
    private final Map<String, Known> known = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    };

    KnownStatuses(Duration valid) {
        this.valid = valid;
    }

    /** @param at when it was looked up, in whole seconds */
    record Known(Status status, Instant at) {}

    synchronized Known remember(String issuerId, String serial, Status status, Instant now) {
        Known seen = new Known(status, now);
        // What strangers invent is not worth remembering: it would drive out what is.
        if (!(status instanceof Status.Unknown)) {
            known.remove(key(issuerId, serial));
            known.put(key(issuerId, serial), seen);
        }
        return seen;
    }

    /** Null where it was not asked for lately. */
    synchronized @Nullable Known find(String issuerId, String serial, Instant now) {
        Known seen = known.get(key(issuerId, serial));
        return seen == null || !seen.at().plus(valid).isAfter(now) ? null : seen;
    }

    private static String key(String issuerId, String serial) {
        return issuerId + " " + serial;
    }
}
