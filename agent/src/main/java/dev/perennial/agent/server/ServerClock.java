package dev.perennial.agent.server;

import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The server's clock as its answers tell it, kept over connections and identities: ours is judged by it. */
public final class ServerClock {
    private static final Logger LOG = Logger.getLogger("perennial");
    /** Beyond this, times compared with the server's mean nothing. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final InstantSource clock;
    private volatile boolean known;
    private volatile Duration skew = Duration.ZERO;

    public ServerClock(InstantSource clock) {
        this.clock = clock;
    }

    /** Whether any answer has told it yet. */
    public boolean isKnown() {
        return known;
    }

    /** How far it is ahead of ours, by the last answer that told; it has the resolution of a second. */
    public Duration skew() {
        return skew;
    }

    /** Whether ours is so far from it that nothing may be decided by ours. */
    public boolean isOff() {
        return skew.abs().compareTo(LIMIT) > 0;
    }

    /** What it shows now, by the last answer that told; ours where none has. */
    public Instant now() {
        return clock.instant().plus(skew);
    }

    /** A server without a clock sends no date (RFC 9110 §6.6.1) and tells us nothing about ours. */
    void note(HttpResponse<?> answer) {
        String date = answer.headers().firstValue("Date").orElse("");
        if (date.isEmpty()) {
            return;
        }
        try {
            Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            skew = Duration.between(clock.instant(), theirs);
            known = true;
        } catch (DateTimeException e) {
            LOG.log(Level.FINE, "a date of the server that is none: {0}", date);
        }
    }
}
