package dev.perennial.server;

import dev.perennial.server.auditor.AuditReport;
import dev.perennial.server.auditor.CertificateAuditor;
import dev.perennial.server.db.DatabaseSetupException;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.Logging;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code audit certificates}: derives every stored certificate anew, beside a server that runs or without one. */
@Command(
        name = "certificates",
        mixinStandardHelpOptions = true,
        description =
                "Looks through every certificate and CRL: whether each is what was decided, by whom it says, and as"
                        + " its row has it.",
        footer = {"", "Exit status: 0 nothing found, 1 findings or failure, 2 configuration."})
final class AuditCertificatesCommand implements Callable<Integer> {
    private static final int CLEAN = 0;
    private static final int FINDINGS = 1;
    private static final int CONFIGURATION = 2;

    @Mixin
    private DatabaseOptions options = new DatabaseOptions();

    @Option(names = "--json", description = "Print one JSON object")
    private boolean json;

    @Override
    public Integer call() {
        Logging.configure(Logging.Format.PLAIN);
        Logger log = LoggerFactory.getLogger(AuditCertificatesCommand.class);
        try {
            Home home = Home.existing(options.home());
            return report(new StoredDatabase(options, home)
                    .with((vertx, database) ->
                            new CertificateAuditor(vertx, database, InstantSource.system()).audit()));
        } catch (ConfigurationException | DatabaseSetupException e) {
            log.error("{}", e.getMessage());
            return CONFIGURATION;
        } catch (Exception | Error e) {
            // Exception: what a future failed with is thrown as it is, checked or not.
            log.error("The certificates cannot be looked through", e);
            return FINDINGS;
        }
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
        return report.isClean() ? CLEAN : FINDINGS;
    }
}
