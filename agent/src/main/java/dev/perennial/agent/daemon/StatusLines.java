package dev.perennial.agent.daemon;

import dev.perennial.agent.renewal.CertificateStatus;
import java.util.ArrayList;
import java.util.List;

/** The status as lines for people. */
public final class StatusLines {
    private StatusLines() {}

    public static List<String> of(AgentStatus status) {
        List<String> lines = new ArrayList<>();
        if (!status.running()) {
            lines.add("no daemon runs; it was so at " + status.time());
        }
        if (status.retired()) {
            lines.add("retired by the server: the files stay, nothing is renewed");
        }
        if (status.identityRecovered() != null) {
            lines.add("agent: its identity had expired and was recovered " + status.identityRecovered());
        }
        status.problems().forEach(problem -> lines.add("agent: " + problem));
        status.certificates().forEach(certificate -> lines.add(of(certificate)));
        return lines;
    }

    static String of(CertificateStatus certificate) {
        StringBuilder line = new StringBuilder(certificate.name()).append(": ").append(certificate.phase());
        if (certificate.generation() > 0) {
            line.append(", generation ")
                    .append(certificate.generation())
                    .append(" valid until ")
                    .append(certificate.notAfter());
        }
        if (certificate.message() != null) {
            line.append("; ").append(certificate.message());
        }
        if (certificate.alarm() != null) {
            line.append("; ").append(certificate.alarm());
        }
        certificate.problems().forEach(problem -> line.append("; ").append(problem.reason()));
        return line.toString();
    }
}
