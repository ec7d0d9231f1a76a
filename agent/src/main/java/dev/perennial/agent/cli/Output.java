package dev.perennial.agent.cli;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.Json;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Prints an answer, as lines for people or as one JSON document for programs. */
final class Output {
    @CommandLine.Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

    int print(CommandSpec command, Reply reply) {
        return print(command.commandLine(), reply, json);
    }

    static int print(CommandLine command, Reply reply, boolean json) {
        PrintWriter out = command.getOut();
        PrintWriter err = command.getErr();
        if (json) {
            out.println(
                    new String(Json.write(reply.status() == null ? reply : reply.status()), StandardCharsets.UTF_8));
        } else {
            PrintWriter writer = reply.exit() == Reply.WELL ? out : err;
            reply.lines().forEach(writer::println);
        }
        out.flush();
        err.flush();
        return reply.exit();
    }
}
