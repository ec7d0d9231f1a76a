package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.HttpThreads;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.server.ServerException;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One {@code admin} command's calls to the server, and what they need. */
final class Session {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int UNAUTHENTICATED = 401;

    private final Surroundings surroundings;
    private final ServerOptions options;
    private final HttpThreads threads = new HttpThreads();
    private final ServerClock clock;
    private final Times times;
    private final Secrets secrets;
    private final Dialogue dialogue;
    private @Nullable AdminApi api;
    private @Nullable Access access;

    Session(Surroundings surroundings, ServerOptions options) {
        this.surroundings = surroundings;
        this.options = options;
        this.clock = new ServerClock(surroundings.clock());
        // What has ended and what has not is the server's to say, so it is told by the server's clock.
        this.times = new Times(clock::now, surroundings.zone());
        this.secrets = new Secrets(surroundings);
        this.dialogue = new Dialogue(surroundings, options, times);
    }

    private interface Call<T> {
        T by(AdminApi api) throws ServerException, RefusedException;
    }

    private <T> T call(Call<T> call) throws ConfigException, EndedException, ServerException, RefusedException {
        AdminApi known = api;
        if (known == null) {
            known = access().api(threads.executor(), clock);
            api = known;
        }
        try {
            return call.by(known);
        } catch (RefusedException e) {
            StoredLogin login = login();
            if (e.status() == UNAUTHENTICATED && login != null) {
                throw new EndedException(login, e);
            }
            throw e;
        }
    }

    JsonTree get(String path) throws ConfigException, EndedException, ServerException, RefusedException {
        return tagged(path).document();
    }

    JsonTree get(Query query) throws ConfigException, EndedException, ServerException, RefusedException {
        return get(query.toString());
    }

    private AdminApi.Answer tagged(String path)
            throws ConfigException, EndedException, ServerException, RefusedException {
        return call(api -> api.get(path));
    }

    JsonTree post(String path, Map<String, ?> body)
            throws ConfigException, EndedException, ServerException, RefusedException {
        return call(api -> api.post(path, body)).document();
    }

    /** Reads an object, changes its spec, and puts it back: only where nobody has changed it in between. */
    JsonTree change(String path, Consumer<Map<String, Object>> change)
            throws ConfigException, EndedException, ServerException, RefusedException {
        AdminApi.Answer present = tagged(path);
        Map<String, Object> spec = present.document().at("/spec").fields();
        change.accept(spec);
        return put(path, Map.of("spec", spec), present.etag());
    }

    private JsonTree put(String path, Map<String, ?> body, @Nullable String etag)
            throws ConfigException, EndedException, ServerException, RefusedException {
        return call(api -> api.put(path, body, etag)).document();
    }

    /** Replaces whatever is there. */
    JsonTree put(String path, Map<String, ?> body)
            throws ConfigException, EndedException, ServerException, RefusedException {
        return put(path, body, null);
    }

    void delete(String path) throws ConfigException, EndedException, ServerException, RefusedException {
        call(api -> {
            api.delete(path);
            return path;
        });
    }

    /** The same server by a password. */
    AdminApi withPassword(String user, String password) throws ConfigException {
        return AdminApi.withPassword(access().server(), access().roots(), user, password, threads.executor(), clock);
    }

    private Access access() throws ConfigException {
        Access known = access;
        if (known == null) {
            known = Access.of(surroundings, options, secrets);
            access = known;
        }
        return known;
    }

    /** The stored login that is used; null where another credential is. */
    @Nullable
    StoredLogin login() throws ConfigException {
        return access().credential().login();
    }

    String server() throws ConfigException {
        return access().server().toString();
    }

    /** An id becomes a segment of a path, so nothing else may stand in its place. */
    static String id(String text) throws ConfigException {
        if (!isId(text)) {
            throw new ConfigException("'" + Visible.of(text) + "' is no id");
        }
        return text;
    }

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    Times times() {
        return times;
    }

    Secrets secrets() {
        return secrets;
    }

    Dialogue dialogue() {
        return dialogue;
    }

    Surroundings surroundings() {
        return surroundings;
    }
}
