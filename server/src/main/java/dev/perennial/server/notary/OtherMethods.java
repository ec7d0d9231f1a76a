package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is called below this door's paths and is none of its calls: said in its own form, where the router itself would
 * say it natively. To be mounted when all else is.
 */
final class OtherMethods {
    private OtherMethods() {}

    static void mount(Router router, Iterable<String> below) {
        for (String pattern : below) {
            String prefix = pattern.replace("*", "");
            methods(router, prefix)
                    .forEach((path, methods) -> router.route(path).handler(context -> refuse(context, methods)));
            router.route(pattern).handler(OtherMethods::refuse);
        }
    }

    private static Map<String, Set<String>> methods(Router router, String prefix) {
        Map<String, Set<String>> byPath = new TreeMap<>();
        for (Route route : router.getRoutes()) {
            String path = route.getPath();
            Set<HttpMethod> methods = route.methods();
            if (path != null && path.startsWith(prefix) && methods != null) {
                methods.forEach(method ->
                        byPath.computeIfAbsent(path, first -> new TreeSet<>()).add(method.name()));
            }
        }
        return byPath;
    }

    private static void refuse(RoutingContext context, Set<String> methods) {
        context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
        context.fail(ProblemException.of(ProblemType.METHOD_NOT_ALLOWED, "the header Allow says what may be called"));
    }

    private static void refuse(RoutingContext context) {
        context.fail(ProblemException.of(ProblemType.NOT_FOUND, "nothing is served at this path"));
    }
}
