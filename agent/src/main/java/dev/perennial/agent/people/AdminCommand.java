package dev.perennial.agent.people;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code admin}: everything that is asked of a server. */
@Command(
        name = "admin",
        description = "Look after a server: who asks for what, who may, and what happened.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Log in first ('perennial login'), or say --server, --ca and --token-file, or set PERENNIAL_SERVER,"
                    + " PERENNIAL_CA (a file) and PERENNIAL_TOKEN (the token itself).",
            "",
            "Exit codes: 0 well; 1 failed, refused, not found, or declined; 2 the command line or the configuration is wrong,"
                    + " or --yes is missing."
        })
final class AdminCommand {
    private static final Map<String, Function<Session, Object>> COMMANDS = commands();

    @Mixin
    private final ServerOptions options = new ServerOptions();

    private AdminCommand() {}

    private static Map<String, Function<Session, Object>> commands() {
        Map<String, Function<Session, Object>> commands = new LinkedHashMap<>();
        commands.put("whoami", WhoamiCommand::new);
        commands.put("requests", RequestsCommand::new);
        commands.put("show", ShowCommand::new);
        commands.put("approve", DecideCommand.Approve::new);
        commands.put("deny", DecideCommand.Deny::new);
        commands.put("rotate", RotateCommand::new);
        commands.put("certificates", CertificatesCommand::new);
        commands.put("revoke", RevokeCommand::new);
        commands.put("organisations", OrganisationCommands::new);
        commands.put("accounts", AccountCommands::new);
        commands.put("tokens", TokenCommands::new);
        commands.put("enrolments", EnrolmentCommands::new);
        commands.put("agents", AgentCommands::new);
        commands.put("signers", SignerCommands::new);
        commands.put("authorities", AuthorityCommands::new);
        commands.put("audit", AuditCommand::new);
        return commands;
    }

    static CommandLine line(Surroundings surroundings, String... arguments) {
        AdminCommand admin = new AdminCommand();
        Session session = new Session(surroundings, admin.options);
        CommandLine line = new CommandLine(admin);
        String asked = arguments.length < 2 ? "" : arguments[1];
        boolean known = COMMANDS.containsKey(asked);
        COMMANDS.forEach((name, command) -> {
            // Looking at every command's options takes longer than the call.
            if (!known || name.equals(asked)) {
                line.addSubcommand(name, command.apply(session));
            }
        });
        return line;
    }
}
