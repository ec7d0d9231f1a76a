package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion}: the script by which a shell completes this command. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Print the script that completes 'perennial' in a shell.",
        footer = {
            "",
            "For this shell:",
            "  source <(perennial completion bash)",
            "For each one to come:",
            "  perennial completion bash > ~/.local/share/bash-completion/completions/perennial",
            "In zsh, after compinit:",
            "  source <(perennial completion zsh)"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "SHELL",
            completionCandidates = Words.Shells.class,
            description = "One of: ${COMPLETION-CANDIDATES}.")
    private String shell = "";

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException {
        if (!List.of("bash", "zsh").contains(shell) || spec == null) {
            throw new ConfigException("for which shell? Say bash or zsh");
        }
        // One script for both: in zsh it turns on the completion of bash by itself.
        surroundings.out().println(AutoComplete.bash("perennial", spec.root().commandLine()));
        return Reply.WELL;
    }
}
