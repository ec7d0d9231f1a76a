package dev.perennial.server.notary;

import dev.perennial.server.csr.Certificate;
import dev.perennial.server.csr.RequestView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Upstream's states of a request, from ours: what there is of a certificate comes first. */
enum StatusWord {
    /** Nobody has said yes or no, or the certificate was taken away. */
    OUTSTANDING("Outstanding"),
    ACTIVE("Active"),
    REJECTED("Rejected"),
    /** On hold too: to relying parties it is the same until it is released. */
    REVOKED("Revoked");

    private final String word;

    StatusWord(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    static StatusWord of(RequestView view) {
        Certificate newest = newest(view);
        if (newest != null) {
            return newest.revoked() == null ? ACTIVE : REVOKED;
        }
        return switch (view.request().current().state()) {
            case DENIED -> REJECTED;
            case PENDING, APPROVED, ISSUING, ISSUED, FAILED, WITHDRAWN -> OUTSTANDING;
        };
    }

    /** The certificate that the request is about now; null where there is none. */
    static @Nullable Certificate newest(RequestView view) {
        List<Certificate> shown = view.certificates();
        return shown.isEmpty() ? null : shown.get(shown.size() - 1);
    }
}
