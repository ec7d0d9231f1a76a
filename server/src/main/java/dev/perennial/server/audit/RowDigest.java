package dev.perennial.server.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of audit rows, as docs/audit.md writes it: each column in turn, its length in octets before it. {@code
 * audit_digest} of the migrations computes the same; this one is the verifier's, which believes the database nothing but
 * the rows.
 */
final class RowDigest {
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private RowDigest() {}

    /** Of rows in the order of their ids. */
    static byte[] of(List<AuditEvent> rows) {
        MessageDigest digest = sha256();
        for (AuditEvent row : rows) {
            add(digest, Long.toString(row.id()));
            add(digest, text(row.at()));
            add(digest, row.orgId());
            add(digest, row.actor());
            add(digest, row.source());
            add(digest, row.action());
            add(digest, row.objectId());
            add(digest, row.outcome());
            add(digest, row.reason());
            add(digest, row.httpRequest());
        }
        return digest.digest();
    }

    /** In UTC and microseconds, whatever zone a session has. */
    static String text(Instant instant) {
        if (instant.isAfter(LATEST)) {
            // The database's infinity: nothing that a server wrote, and no more to be calculated with.
            return instant.toString();
        }
        return INSTANT.format(instant.atOffset(ZoneOffset.UTC));
    }

    private static void add(MessageDigest digest, @Nullable String value) {
        if (value == null) {
            digest.update((byte) '-');
            return;
        }
        byte[] octets = value.getBytes(StandardCharsets.UTF_8);
        digest.update((octets.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(octets);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
