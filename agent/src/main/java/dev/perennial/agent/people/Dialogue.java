package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.json.JsonTree;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What a command says to the person, and asks: the answer on standard output, all else beside it. */
final class Dialogue {
    private final Surroundings surroundings;
    private final ServerOptions options;
    private final Times times;

    Dialogue(Surroundings surroundings, ServerOptions options, Times times) {
        this.surroundings = surroundings;
        this.options = options;
        this.times = times;
    }

    boolean json() {
        return options.json;
    }

    PrintWriter out() {
        return surroundings.out();
    }

    int width() {
        return surroundings.width();
    }

    /** Beside the answer: for the person, and out of the way of a script that reads standard output. */
    void note(String line) {
        surroundings.err().println(line);
    }

    /** Shows an object in full, or the answer as it came. */
    void show(JsonTree answer, Function<JsonTree, Details> details) {
        if (json()) {
            out().println(answer.json());
        } else {
            details.apply(answer).print(out());
        }
    }

    /** Says in a line what was done, or shows the answer as it came. */
    void done(JsonTree answer, String line) {
        out().println(json() ? answer.json() : line);
    }

    /** A new secret, alone on standard output; what there is to say of it stands beside it. */
    void secret(JsonTree answer, String what) {
        note("The " + what + " " + Visible.of(answer.text("/metadata/id")) + ", shown this once; it ends "
                + times.of(answer.text("/status/expires")) + ":");
        done(answer, Visible.of(answer.text("/status/token")));
    }

    void deleted(String what, String id) {
        done(JsonTree.of(Map.of("deleted", id)), "deleted " + what + " " + id);
    }

    /** Shows beside the answer what is about to be decided; who asks for JSON and is not asked reads no such thing. */
    void present(Details details, boolean unasked) {
        if (!json() || !unasked) {
            details.print(surroundings.err());
        }
    }

    /** Goes on only if a person says yes, or a script has said so before. */
    void confirm(boolean yes, String question) throws ConfigException, IOException, DeclinedException {
        confirm(yes, question, "--yes");
    }

    /** @param instead what is to be said where nobody can be asked */
    void confirm(boolean yes, String question, String instead) throws ConfigException, IOException, DeclinedException {
        if (!yes && !ask(question + " [y/N] ", instead).toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new DeclinedException();
        }
    }

    /** As {@link #confirm}, for what cannot be undone: a name is typed, so that nobody says yes out of habit. */
    void confirmByTyping(boolean yes, String what, String name) throws ConfigException, IOException, DeclinedException {
        // As it is shown: what cannot be seen cannot be typed.
        String shown = Visible.of(name);
        if (!yes
                && !ask(what + " This cannot be undone. Type " + shown + " to go on: ", "--yes")
                        .equals(shown)) {
            throw new DeclinedException();
        }
    }

    private String ask(String question, String instead) throws ConfigException, IOException {
        if (!surroundings.terminal().isThere()) {
            throw new ConfigException("there is no terminal to ask at: say " + instead);
        }
        surroundings.err().flush();
        return surroundings.terminal().ask(question);
    }
}
