package dev.perennial.server;

import dev.perennial.server.http.Logging;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The server's command line. Exit status: 0 well, 1 failed, 2 the operator has to change something. */
@Command(
        name = "perennial-server",
        mixinStandardHelpOptions = true,
        version = "perennial-server 0.1.0",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ServeCommand.class, AuditCommand.class, ResealCommand.class},
        description = "Certificates that renew themselves: the server.")
public final class ServerMain {
    private ServerMain() {}

    public static void main(String[] arguments) {
        int status = new CommandLine(new ServerMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
        Logging.stop();
        System.exit(status);
    }
}
