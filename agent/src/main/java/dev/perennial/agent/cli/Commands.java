package dev.perennial.agent.cli;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.identity.NotEnrolledException;
import dev.perennial.agent.people.People;
import dev.perennial.agent.people.Surroundings;
import dev.perennial.agent.state.SchemaException;
import dev.perennial.agent.state.StateLock.LockedException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line as a whole. */
@Command(
        name = "perennial",
        description = "Certificates that renew themselves.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Commands {
    private static final List<String> NAMES = List.of("enroll", "run", "status", "renew", "rotate", "check");

    private Commands() {}

    /** Runs one command; gives its exit code and never throws. */
    public static int execute(InstantSource clock, SecureRandom random, String... arguments) {
        return execute(Surroundings.ofProcess(clock), random, arguments);
    }

    /** The same in other surroundings than the process has. */
    public static int execute(Surroundings surroundings, SecureRandom random, String... arguments) {
        Chance chance = new Chance(surroundings.clock(), random);
        CommandLine line = new CommandLine(new Commands());
        String asked = arguments.length == 0 ? "" : arguments[0];
        boolean known = NAMES.contains(asked) || isAlone(asked);
        for (String name : NAMES) {
            // Looking at every command's options takes longer than a run that has nothing to do.
            if (!known || name.equals(asked)) {
                line.addSubcommand(name, command(chance, surroundings, name));
            }
        }
        People.NAMES.forEach(name -> {
            if (!known || name.equals(asked)) {
                line.addSubcommand(name, People.command(surroundings, name, arguments));
            }
        });
        line.setOut(surroundings.out());
        line.setErr(surroundings.err());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (People.NAMES.contains(asked)) {
                return People.report(surroundings, failure);
            }
            Reply reply = Reply.line(exitCode(failure), "perennial: " + failure.getMessage());
            boolean json = command.getParseResult().hasMatchedOption("--json");
            return Output.print(command, reply, json);
        });
        int exit = line.execute(arguments);
        if (surroundings.out().checkError()) {
            surroundings.err().println("perennial: standard output cannot be written, so the answer is not whole");
            return exit == Reply.WELL ? Reply.FAILED : exit;
        }
        return exit;
    }

    /** The completion is of all commands, and so needs them all. */
    private static boolean isAlone(String asked) {
        return People.NAMES.contains(asked) && !asked.equals("completion");
    }

    private static Object command(Chance chance, Surroundings surroundings, String name) {
        return switch (name) {
            case "enroll" -> new EnrolCommand(chance, surroundings.in());
            case "run" -> new RunCommand(chance);
            case "status" -> new StatusCommand();
            case "renew" -> asking(chance, "renew", "Get a new certificate for the same key now.");
            case "rotate" -> asking(chance, "rotate", "Make a new key and get a certificate for it.");
            case "check" -> new CheckCommand(chance);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static CommandLine asking(Chance chance, String verb, String description) {
        CommandLine line = new CommandLine(new AskCommand(chance, verb));
        line.getCommandSpec().usageMessage().description(description);
        return line;
    }

    private static int exitCode(Exception failure) {
        if (failure instanceof ConfigException || failure instanceof SchemaException) {
            return Reply.CONFIGURATION;
        }
        if (failure instanceof NotEnrolledException) {
            return Reply.CONFIGURATION;
        }
        return failure instanceof LockedException ? Reply.LOCKED : Reply.FAILED;
    }
}
