package dev.perennial.server.judges;

import dev.perennial.server.judges.Judge.Verdict;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All relying parties at once: in what any of them judges a certificate otherwise than it should. */
public final class Panel {
    /** NSS forgives a day. */
    private static final Duration OUTSIDE = Duration.ofDays(2);

    private static final Map<String, Judge> JUDGES = new LinkedHashMap<>(Map.of(
            "OpenSSL", new OpenSslJudge(),
            "GnuTLS", new GnuTlsJudge(),
            "NSS", new NssJudge(),
            "JDK", PathJudge.ofJdk(),
            "Bouncy Castle", PathJudge.ofBouncyCastle()));

    private final Judged judged;
    private final Verdict verdict;
    private final List<String> disagreements = new ArrayList<>();

    private Panel(Judged judged, Verdict verdict) {
        this.judged = judged;
        this.verdict = verdict;
    }

    /** @param verdict that of the CRLs, and of the answer to OCSP where there is one */
    public static List<String> disagreements(Judged judged, Verdict verdict) {
        Panel panel = new Panel(judged, verdict);
        JUDGES.forEach(panel::ask);
        return panel.disagreements;
    }

    private void ask(String name, Judge judge) {
        X509Certificate leaf = judged.certificate("leaf");
        for (Purpose purpose : Purpose.of(leaf)) {
            Judged asked = judged.as(purpose);
            if (judge.canBeAsked(asked)) {
                String about = name + ", for " + purpose;
                compare(about + ", by the chain", Verdict.GOOD, judge.byChain(asked, Instant.now()));
                compare(about + ", by CRLs", verdict, judge.byLists(asked));
                if (judged.isAnswered()) {
                    compare(about + ", by OCSP", verdict, judge.byOcsp(asked));
                }
                if (judge.judgesAtOtherTimes()) {
                    Instant before = leaf.getNotBefore().toInstant().minus(OUTSIDE);
                    Instant after = leaf.getNotAfter().toInstant().plus(OUTSIDE);
                    compare(about + ", before its beginning", Verdict.REFUSED, judge.byChain(asked, before));
                    compare(about + ", after its end", Verdict.REFUSED, judge.byChain(asked, after));
                }
            }
        }
        Judged otherwise = judged.as(Purpose.not(leaf));
        if (judge.canBeAsked(otherwise) && judge.asksForPurpose(otherwise)) {
            compare(
                    name + ", for " + otherwise.purpose() + ", which it is not for",
                    Verdict.REFUSED,
                    judge.byChain(otherwise, Instant.now()));
        }
    }

    private void compare(String about, Verdict wanted, Verdict got) {
        if (wanted != got) {
            disagreements.add(about + ": " + got + " instead of " + wanted);
        }
    }
}
