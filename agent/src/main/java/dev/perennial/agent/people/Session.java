package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.HttpThreads;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.server.ServerException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One {@code admin} command's dealings: with the server by its calls, with the person by tables and questions. */
final class Session {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Surroundings surroundings;
    private final ServerOptions options;
    private final HttpThreads threads = new HttpThreads();
    private final Times times;
    private @Nullable AdminApi api;
    private @Nullable Access access;

    Session(Surroundings surroundings, ServerOptions options) {
        this.surroundings = surroundings;
        this.options = options;
        this.times = new Times(surroundings.clock(), surroundings.zone());
    }

    JsonTree get(String path) throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        return api().get(path).document();
    }

    JsonTree get(Query query) throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        return get(query.toString());
    }

    JsonTree post(String path, Map<String, ?> body)
            throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        return api().post(path, body).document();
    }

    AdminApi api() throws ConfigException, IOException, EndedException {
        AdminApi known = api;
        if (known == null) {
            Access found = access();
            requireGood(found);
            known = found.api(threads.executor(), new ServerClock(surroundings.clock()));
            api = known;
        }
        return known;
    }

    /** The same server by a password. */
    AdminApi withPassword(String user, String password) throws ConfigException, IOException {
        return AdminApi.withPassword(
                access().server(),
                access().roots(),
                user,
                password,
                threads.executor(),
                new ServerClock(surroundings.clock()));
    }

    private Access access() throws ConfigException, IOException {
        Access known = access;
        if (known == null) {
            known = Access.of(surroundings, options);
            access = known;
        }
        return known;
    }

    /** The stored login that is used; null where another credential is. */
    @Nullable
    StoredLogin login() throws ConfigException, IOException {
        return access().credential().login();
    }

    private void requireGood(Access found) throws EndedException {
        StoredLogin login = found.credential().login();
        if (login != null && !login.expires().isAfter(surroundings.clock().instant())) {
            throw new EndedException(login, times);
        }
    }

    /** An id becomes a segment of a path, so nothing else may stand in its place. */
    static String id(String text) throws ConfigException {
        if (!ID.matcher(text).matches()) {
            throw new ConfigException("'" + Visible.of(text) + "' is no id");
        }
        return text;
    }

    boolean json() {
        return options.json;
    }

    Times times() {
        return times;
    }

    Secrets secrets() {
        return new Secrets(surroundings);
    }

    Surroundings surroundings() {
        return surroundings;
    }

    PrintWriter out() {
        return surroundings.out();
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

    /** Shows beside the answer what is about to be decided; who asked for JSON reads no such thing. */
    void present(Details details) {
        if (!json()) {
            details.print(surroundings.err());
        }
    }

    /** Shows how many there are. */
    int count(Query query) throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        JsonTree found = get(query.add("limit", "1").add("count", "true"));
        String total = found.text("/total");
        if (total.isEmpty() && !json()) {
            note("perennial: this server does not count");
            return Reply.FAILED;
        }
        done(found, total);
        if (found.text("/total_is_at_least").equals("true")) {
            note("(at least: it is exact up to there)");
        }
        return Reply.WELL;
    }

    String server() throws ConfigException, IOException {
        return access().server().toString();
    }

    /** Shows a list, or the answer as it came. */
    int list(JsonTree answer, Table table, String none) {
        if (json()) {
            out().println(answer.json());
        } else if (table.isEmpty()) {
            note(none);
        } else {
            table.print(out(), surroundings.width());
        }
        return Reply.WELL;
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

    /** Goes on only if a person says yes, or a script has said so before. */
    void confirm(boolean yes, String question) throws ConfigException, DeclinedException {
        if (yes) {
            return;
        }
        String answer = ask(question + " [y/N] ");
        if (!answer.toLowerCase(Locale.ROOT).matches("y|yes")) {
            throw new DeclinedException();
        }
    }

    /** As {@link #confirm}, for what cannot be undone: a name is typed, so that nobody says yes out of habit. */
    void confirmByTyping(boolean yes, String what, String name) throws ConfigException, DeclinedException {
        if (yes) {
            return;
        }
        // As it is shown: what cannot be seen cannot be typed.
        String shown = Visible.of(name);
        if (!ask(what + " This cannot be undone. Type " + shown + " to go on: ").equals(shown)) {
            throw new DeclinedException();
        }
    }

    private String ask(String question) throws ConfigException {
        Console console = secrets().terminal("there is no terminal to ask at: say --yes");
        String answer = console.readLine("%s", question);
        return answer == null ? "" : answer.strip();
    }

    boolean hasTerminal() {
        return surroundings.console() != null;
    }
}
