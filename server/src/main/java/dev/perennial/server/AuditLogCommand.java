package dev.perennial.server;

import dev.perennial.server.audit.Chain;
import dev.perennial.server.audit.ChainKey;
import dev.perennial.server.audit.ChainReport;
import dev.perennial.server.audit.Head;
import dev.perennial.server.http.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit log}: verifies the chain of the audit record, beside a server that runs or without one. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description = "Verifies the audit record: whether a row or a seal was altered, removed, put in or moved.",
        footer = {"", "Exit status: 0 nothing found, 1 findings or failure, 2 configuration."})
final class AuditLogCommand extends StoredCommand {
    @Option(
            names = "--head",
            paramLabel = "CODE",
            description =
                    "The head code that an earlier run printed: a finding unless it is in the chain. Default: what the"
                            + " server wrote in HOME/audit.head, where it is there")
    private @Nullable String head;

    @Option(names = "--json", description = "Print one JSON object")
    private boolean json;

    AuditLogCommand() {
        super("The audit record cannot be verified");
    }

    @Override
    int run(Home home, StoredDatabase stored) {
        if (head != null && !head.matches("[0-9a-fA-F]{64}")) {
            throw new ConfigurationException("--head: must be 64 hex digits, as an earlier run printed them");
        }
        String wanted = head != null ? head : HeadFile.in(home).map(Head::code).orElse(null);
        if (head == null && wanted != null && !json) {
            log().info("The seal that has to be there is the one in {}", home.file(Home.AUDIT_HEAD));
        }
        // Where there is none, that is said before a database is looked for.
        SealKeyFile.read(home, new SecureRandom());
        return report(stored.with((vertx, database) -> SealKeyFile.current(home, database, new SecureRandom())
                .compose(sealKey -> ChainKey.load(database, sealKey))
                .compose(key -> new Chain(database, key, InstantSource.system()).verify(wanted))));
    }

    private int report(ChainReport report) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (json) {
            out.println(Json.write(report));
        } else {
            lines(report, out);
        }
        return report.isClean() ? CLEAN : FAILED;
    }

    private static void lines(ChainReport report, PrintStream out) {
        report.notes().forEach(note -> out.println("note: " + note));
        report.findings().forEach(finding -> out.println("finding: " + finding));
        if (report.furtherFindings() > 0) {
            out.println("finding: and " + report.furtherFindings() + " more");
        }
        out.println("verified: " + report.rows() + " rows below " + report.seals() + " seals, " + report.prunedSeals()
                + " of them without their rows, which were deleted for their age");
        out.println("not sealed yet: " + report.unsealedRows() + " rows"
                + (report.oldestUnsealed() == null ? "" : ", the oldest of " + report.oldestUnsealed()));
        ChainReport.NewestSeal last = report.head();
        out.println(
                last == null ? "head: none" : "head: " + last.code() + " seal " + last.number() + " of " + last.at());
        if (report.wantedHead() != null) {
            out.println("asked for: " + report.wantedHead());
        }
        out.println(report.isClean() ? "clean" : "not clean");
    }
}
