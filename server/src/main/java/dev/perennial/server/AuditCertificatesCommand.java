package dev.perennial.server;

import dev.perennial.server.auditor.AuditReport;
import dev.perennial.server.auditor.CertificateAuditor;
import dev.perennial.server.http.Json;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit certificates}: derives every stored certificate anew, beside a server that runs or without one. */
@Command(
        name = "certificates",
        mixinStandardHelpOptions = true,
        description =
                "Looks through every certificate and CRL: whether each is what was decided, by whom it says, and as"
                        + " its row has it.",
        footer = {"", "Exit status: 0 nothing found, 1 findings or failure, 2 configuration."})
final class AuditCertificatesCommand extends StoredCommand {
    @Option(names = "--json", description = "Print one JSON object")
    private boolean json;

    AuditCertificatesCommand() {
        super("The certificates cannot be looked through");
    }

    @Override
    int run(Home home, StoredDatabase stored) {
        return report(stored.with(
                (vertx, database) -> new CertificateAuditor(vertx, database, InstantSource.system()).audit()));
    }

    private int report(AuditReport report) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (json) {
            out.println(Json.write(report));
        } else {
            report.findings().forEach(finding -> out.println("finding: " + finding));
            if (report.furtherFindings() > 0) {
                out.println("finding: and " + report.furtherFindings() + " more");
            }
            out.println("looked through: " + report.certificates() + " certificates of ours, " + report.foreign()
                    + " made elsewhere, " + report.lists() + " CRLs");
            out.println(report.isClean() ? "clean" : "not clean");
        }
        return report.isClean() ? CLEAN : FAILED;
    }
}
