package dev.perennial.server.audit;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One walk along the chain, seal by seal: what it has come to so far. */
final class ChainCheck {
    private final ChainKey key;
    private final @Nullable String wantedHead;
    private final List<String> findings = new ArrayList<>();
    private long further;
    private long rows;
    private long seals;
    private long pruned;
    private long anchor;
    private boolean headFound;
    private @Nullable Seal last;

    /** @param wantedHead the code of a seal that has to be in the chain, in hex; null: any chain will do */
    ChainCheck(ChainKey key, @Nullable String wantedHead) {
        this.key = key;
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
        }
    }

    ChainReport report(SealStore.Outside outside) {
        if (outside.before() > 0) {
            find("%d rows stand before row %d, where there can be none any more"
                    .formatted(outside.before(), anchor + 1));
        }
        if (wantedHead != null && !headFound) {
            find("the seal with the code %s is not in the chain: its end was cut off, or it is another chain"
                    .formatted(wantedHead));
        }
        ChainReport.Head head = last == null
                ? null
                : new ChainReport.Head(last.number(), HexFormat.of().formatHex(last.code()), last.at());
        return new ChainReport(
                rows, seals, pruned, outside.after(), outside.oldestAfter(), head, List.copyOf(findings), further);
    }

    private void find(String finding) {
        if (findings.size() < ChainReport.MOST_FINDINGS) {
            findings.add(finding);
        } else {
            further++;
        }
    }
}
