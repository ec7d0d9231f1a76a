package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.server.RefusedException;
import java.util.List;
import picocli.CommandLine;

/** The commands for people, and how they fail. */
public final class People {
    /** Their names on the command line. */
    public static final List<String> NAMES = List.of("login", "logout", "admin", "revoke", "completion");

    /** Precondition Failed: our If-Match names what is there no more. */
    private static final int CHANGED = 412;

    private People() {}

    /** A command ready to be called; of {@code admin} no more than what the arguments ask for. */
    public static CommandLine command(Surroundings surroundings, String name, String... arguments) {
        return switch (name) {
            case "login" -> new CommandLine(new LoginCommand(surroundings));
            case "logout" -> new CommandLine(new LogoutCommand(surroundings));
            case "admin" -> AdminCommand.line(surroundings, arguments);
            case "revoke" -> new CommandLine(new RevokeByKeyCommand(surroundings));
            case "completion" -> new CommandLine(new CompletionCommand(surroundings));
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Says on standard error what went wrong and what to do, and gives the exit code. */
    public static int report(Surroundings surroundings, Exception failure) {
        surroundings.err().println("perennial: " + text(failure));
        surroundings.err().flush();
        return failure instanceof ConfigException || failure instanceof EndedException
                ? Reply.CONFIGURATION
                : Reply.FAILED;
    }

    private static String text(Exception failure) {
        Throwable refusal = failure instanceof EndedException ? failure.getCause() : failure;
        String message =
                failure.getMessage() == null ? failure.getClass().getSimpleName() : Visible.of(failure.getMessage());
        if (!(refusal instanceof RefusedException refused)) {
            return message;
        }
        if (refused.status() == CHANGED) {
            message = "it was changed by somebody else meanwhile, and is as they left it: look at it again";
        }
        StringBuilder text = new StringBuilder(message).append(" (").append(refused.status());
        if (!refused.slug().isEmpty()) {
            text.append(' ').append(Visible.of(refused.slug()));
        }
        if (!refused.httpRequest().isEmpty()) {
            text.append(", HTTP request ").append(Visible.of(refused.httpRequest()));
        }
        text.append(')');
        if (!refused.retryAfter().isEmpty()) {
            text.append("; try again in ")
                    .append(Visible.of(refused.retryAfter()))
                    .append(" seconds");
        }
        return text.toString();
    }
}
