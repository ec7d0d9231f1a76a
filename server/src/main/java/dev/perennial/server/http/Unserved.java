package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Ends the calls that no route of a door takes, so that they fail in the door's own words. */
public final class Unserved {
    private Unserved() {}

    /**
     * Of all paths of that pattern; call it when everything of the door is mounted.
     *
     * @param pattern as a route has it, {@code /tls/*}
     */
    public static void below(Router router, String pattern) {
        String prefix = pattern.replace("*", "");
        Map<String, TreeSet<String>> methods = new TreeMap<>();
        for (Route route : router.getRoutes()) {
            String path = route.getPath();
            if (path != null && path.startsWith(prefix) && route.methods() != null) {
                TreeSet<String> served = methods.computeIfAbsent(path, key -> new TreeSet<>());
                route.methods().forEach(method -> served.add(method.name()));
                if (served.contains(HttpMethod.GET.name())) {
                    served.add(HttpMethod.HEAD.name());
                }
            }
        }
        methods.forEach((path, served) -> router.route(path).handler(context -> {
            context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", served));
            context.fail(
                    ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "the header Allow says what may be called"));
        }));
        router.route(pattern)
                .handler(context ->
                        context.fail(ProblemException.of(ProblemType.NOT_FOUND, "nothing is served at this path")));
    }
}
