package dev.perennial.server.auditor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What was found so far; of very many only how many. Used by one thread at a time. */
final class Findings {
    private static final int MOST = 1_000;

    private final List<String> lines = new ArrayList<>();
    private long further;

    void add(String subject, String what) {
        if (lines.size() < MOST) {
            lines.add(subject + ": " + what);
        } else {
            further++;
        }
    }

    void require(boolean holds, String subject, String what) {
        if (!holds) {
            add(subject, what);
        }
    }

    /** A few of them, to be told of in one finding. */
    static String some(Collection<String> all) {
        return all.stream().sorted().limit(10).collect(Collectors.joining(", "));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    long further() {
        return further;
    }
}
