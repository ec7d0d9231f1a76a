package dev.perennial.server.audit;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One walk along the chain, seal by seal: what it has come to so far. */
final class ChainCheck {
    /** So long after their rows seals may be made without a word: longer the server was off, or it stalled. */
    private static final Duration SEALED_LATE = Duration.ofHours(1);

    /** Longer than any transaction that writes, and than any stop and start. */
    private static final Duration UNSEALED_LATE = Duration.ofMinutes(15);

    /** By more than this no two clocks that are in use differ. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final ChainKey key;
    private final @Nullable String wantedHead;
    private final Instant now;
    private final List<String> notes = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();
    private long further;
    private long rows;
    private long seals;
    private long pruned;
    private long anchor;
    private boolean headFound;
    private @Nullable Seal last;

    /** @param wantedHead the code of a seal that has to be in the chain, in hex; null: any chain will do */
    ChainCheck(ChainKey key, @Nullable String wantedHead, Instant now) {
        this.key = key;
        this.now = now;
        this.wantedHead = wantedHead == null ? null : wantedHead.toLowerCase(Locale.ROOT);
    }

    long lastNumber() {
        return last == null ? 0 : last.number();
    }

    /** Up to where every row is in the range of a seal. */
    long sealedTo() {
        return last == null ? 0 : last.lastId();
    }

    /** Up to where every row was deleted for its age. */
    long prunedTo() {
        return anchor;
    }

    /** The next seal; its rows, if it is to have any, follow by {@link #rows}. */
    void seal(Seal seal) {
        seals++;
        long expected = lastNumber() + 1;
        boolean follows = seal.number() == expected;
        if (!follows) {
            find("seals %d to %d are missing: what they stood for cannot be verified"
                    .formatted(expected, seal.number() - 1));
        } else if (seal.firstId() != sealedTo() + 1) {
            find("seal %d: its range begins at row %d, not at %d"
                    .formatted(seal.number(), seal.firstId(), sealedTo() + 1));
        }
        // Behind a gap the code before is not known: this seal is believed, and those that follow are held to it.
        if (follows && !key.isOf(seal, last == null ? ChainKey.beginning() : last.code())) {
            find("seal %d: its code is wrong: the seal was altered, or made with another seal key"
                    .formatted(seal.number()));
        }
        if (seal.pruned() != null) {
            pruned(seal);
        }
        headFound |= wantedHead != null && wantedHead.equals(HexFormat.of().formatHex(seal.code()));
        last = seal;
    }

    private void pruned(Seal seal) {
        if (!key.isPrunedBySealHolder(seal)) {
            find("seal %d: it says that its rows were deleted for their age, but by none who may"
                    .formatted(seal.number()));
        } else if (pruned != seals - 1) {
            find("seal %d: its rows were deleted before older ones".formatted(seal.number()));
        }
        pruned++;
        anchor = seal.lastId();
    }

    /** What stands in the range of a seal that is not pruned. */
    void rows(Seal seal, List<AuditEvent> found) {
        int difference = found.size() - seal.rowCount();
        String where = "seal %d, rows %d to %d, %s: "
                .formatted(seal.number(), seal.firstId(), seal.lastId(), RowDigest.text(seal.at()));
        if (difference < 0) {
            find("%s%d of %d rows were removed".formatted(where, -difference, seal.rowCount()));
        } else if (difference > 0) {
            find("%s%d rows were inserted among %d".formatted(where, difference, seal.rowCount()));
        } else if (!MessageDigest.isEqual(RowDigest.of(found), seal.digest())) {
            find("%sa row was altered, exchanged or put in another place".formatted(where));
        } else {
            rows += found.size();
            times(seal, found);
        }
    }

    /** A seal that was made anew later, over rows that were altered, shows by its time at least. */
    private void times(Seal seal, List<AuditEvent> found) {
        Instant newest = found.stream()
                .map(AuditEvent::at)
                .max(Comparator.naturalOrder())
                .orElse(seal.at());
        Duration after = Duration.between(newest, seal.at());
        if (after.compareTo(SEALED_LATE) > 0) {
            note("seal %d was made at %s, %d minutes after its newest row: was the server off, or sealing held up?"
                    .formatted(seal.number(), RowDigest.text(seal.at()), after.toMinutes()));
        } else if (after.compareTo(CLOCKS_DIFFER.negated()) < 0) {
            note("seal %d was made at %s, before its newest row, of %s: was a clock wrong?"
                    .formatted(seal.number(), RowDigest.text(seal.at()), RowDigest.text(newest)));
        }
    }

    ChainReport report(SealStore.Outside outside) {
        if (outside.before() > 0) {
            find("%d rows stand before row %d, where there can be none any more"
                    .formatted(outside.before(), anchor + 1));
        }
        if (outside.undrawn() > 0) {
            find("%d rows have ids above %d, the last that was drawn: no server wrote them"
                    .formatted(outside.undrawn(), outside.drawn()));
        }
        if (sealedTo() > outside.drawn()) {
            find("the seals reach up to row %d, and only %d ids were drawn: what is written below them is never sealed"
                    .formatted(sealedTo(), outside.drawn()));
        }
        Instant oldest = outside.oldestAfter();
        if (oldest != null && oldest.isBefore(now.minus(UNSEALED_LATE))) {
            find("%d rows are not sealed, the oldest of %s: no server runs that seals, or sealing stands still"
                    .formatted(outside.after(), RowDigest.text(oldest)));
        }
        if (wantedHead != null && !headFound) {
            find("the seal with the code %s is not in the chain: its end was cut off, or it is another chain"
                    .formatted(wantedHead));
        }
        ChainReport.NewestSeal head = last == null
                ? null
                : new ChainReport.NewestSeal(last.number(), HexFormat.of().formatHex(last.code()), last.at());
        return new ChainReport(
                rows,
                seals,
                pruned,
                outside.after(),
                oldest,
                head,
                wantedHead,
                List.copyOf(notes),
                List.copyOf(findings),
                further);
    }

    private void note(String note) {
        if (notes.size() < ChainReport.MOST_FINDINGS) {
            notes.add(note);
        }
    }

    private void find(String finding) {
        if (findings.size() < ChainReport.MOST_FINDINGS) {
            findings.add(finding);
        } else {
            further++;
        }
    }
}
