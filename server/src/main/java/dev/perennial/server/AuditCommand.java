package dev.perennial.server;

import picocli.CommandLine.Command;

/** {@code audit}: what is looked through from end to end. Exit status 0 without a finding, 1 with one. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {AuditLogCommand.class, AuditCertificatesCommand.class},
        description = "Looks for what should not be.")
final class AuditCommand {}
