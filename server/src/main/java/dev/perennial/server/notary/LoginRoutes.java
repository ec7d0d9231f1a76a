package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.RequestLog;
import dev.perennial.server.identity.AccessTokens;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Callers;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What needs no credential: coming in with a password, and whether anybody could. */
final class LoginRoutes {
    static final String LOGIN = "/login";
    static final String STATUS = "/status";

    private static final Duration LASTS = Duration.ofHours(1);

    private final Callers callers;
    private final AccessTokens tokens;

    LoginRoutes(Callers callers, AccessTokens tokens) {
        this.callers = callers;
        this.tokens = tokens;
    }

    void mount(Router router) {
        router.post(LOGIN).handler(this::login);
        router.get(STATUS).handler(LoginRoutes::status);
    }

    private record Pair(@Nullable String email, @Nullable String password) {
        @Override
        public String toString() {
            return "Pair[]";
        }
    }

    private record Token(String token) {
        @Override
        public String toString() {
            return "Token[]";
        }
    }

    /** The token is one of ours, good at every door. */
    private void login(RoutingContext context) {
        Pair pair = RequestBody.read(context, Pair.class);
        String email = required(pair.email(), "Email");
        String password = required(pair.password(), "Password");
        Answer.when(
                context,
                callers.byPassword(email, password, Credentials.sourceOf(context))
                        .compose(caller -> token(context, caller)),
                made -> Envelope.of(context, new Token(made.secret())));
    }

    private Future<AccessTokens.Made> token(RoutingContext context, Caller caller) {
        context.put(RequestLog.CALLER, caller.name());
        return tokens.make(
                caller, caller.cause(Credentials.sourceOf(context), RequestLog.idOf(context)), null, null, null, LASTS);
    }

    private static String required(@Nullable String value, String name) {
        if (value == null || value.isEmpty()) {
            throw ProblemException.of(ProblemType.MALFORMED, name + " is required");
        }
        return value;
    }

    private record Status(boolean initialized, String version) {}

    /** The bootstrap administrator is there from the first start on. */
    private static void status(RoutingContext context) {
        String version = LoginRoutes.class.getPackage().getImplementationVersion();
        Envelope.of(context, new Status(true, Objects.requireNonNullElse(version, "development")));
    }
}
