package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.csr.Page;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.csr.Word;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.PathId;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The resource itself: what there is, each one, yes and no to it, and taking it back. */
final class ObjectRoutes {
    private static final String ONE = Group.PATH + "/:name";
    private static final String APPROVAL = ONE + "/approval";
    private static final int LONGEST_REASON = 1_024;

    private final SigningRequests requests;
    private final ObjectWire wire;
    private final ObjectTable table;

    ObjectRoutes(SigningRequests requests, ObjectWire wire, ObjectTable table) {
        this.requests = requests;
        this.wire = wire;
        this.table = table;
    }

    void mount(Router router) {
        router.get(Group.PATH).handler(this::list);
        router.get(ONE).handler(this::get);
        router.delete(ONE).handler(this::delete);
        router.get(APPROVAL).handler(this::get);
        router.put(APPROVAL).handler(this::decide);
    }

    private void list(RoutingContext context) {
        ListQuery query = ListQuery.of(context);
        Answer.when(context, page(context, query), page -> Answer.jsonOnWorker(context, () -> rendered(context, page)));
    }

    private Future<Page<RequestView>> page(RoutingContext context, ListQuery query) {
        String name = query.name();
        if (name == null) {
            return requests.list(Credentials.callerOf(context), query.filter(), query.page(), ViewOptions.standard());
        }
        return requests.get(Credentials.callerOf(context), name, ViewOptions.standard())
                .map(view -> new Page<>(List.of(view), null, null))
                .recover(failure -> ListQuery.isNotThere(failure)
                        ? Future.succeededFuture(new Page<>(List.of(), null, null))
                        : Future.failedFuture(failure));
    }

    private JsonNode rendered(RoutingContext context, Page<RequestView> page) {
        List<ObjectNode> objects = page.items().stream().map(wire::object).toList();
        String next = ListQuery.next(context, page);
        return ObjectTable.isWanted(context) ? table.of(objects, next) : ObjectWire.list(objects, next);
    }

    private void get(RoutingContext context) {
        Answer.when(context, found(context), view -> answer(context, view));
    }

    private Future<RequestView> found(RoutingContext context) {
        return requests.get(Credentials.callerOf(context), name(context), ViewOptions.standard());
    }

    private static String name(RoutingContext context) {
        return PathId.of(context, "name");
    }

    private void answer(RoutingContext context, RequestView view) {
        ObjectNode object = wire.object(view);
        Answer.json(context, 200, ObjectTable.isWanted(context) ? table.of(List.of(object), null) : object);
    }

    /** What the whole list of conditions says that was not said before; everything else of the object stays as it is. */
    private void decide(RoutingContext context) {
        ObjectNode wanted = Bodies.read(context);
        Answer.when(
                context,
                found(context).compose(seen -> {
                    Conditions now = Conditions.of(seen);
                    Conditions.Verdict verdict =
                            now.verdictIn(wanted.path("status").path("conditions"));
                    if (verdict == null) {
                        return Future.succeededFuture(seen);
                    }
                    Word word = new Word(verdict.reason(LONGEST_REASON), null, seenPosition(wanted, seen), null, null);
                    return verdict.isYes()
                            ? requests.approve(
                                    Credentials.callerOf(context),
                                    Credentials.causeOf(context),
                                    name(context),
                                    word,
                                    ViewOptions.standard())
                            : requests.deny(
                                    Credentials.callerOf(context),
                                    Credentials.causeOf(context),
                                    name(context),
                                    word,
                                    ViewOptions.standard());
                }),
                view -> answer(context, view));
    }

    /** The version that the client has seen, once it is the one of now; null where it does not say. */
    private static @Nullable Long seenPosition(JsonNode wanted, RequestView seen) {
        String version = wanted.path("metadata").path("resourceVersion").asText();
        if (version.isEmpty()) {
            return null;
        }
        if (!version.equals(ObjectWire.version(seen))) {
            throw ProblemException.of(
                    ProblemType.CONFLICT,
                    "the object has been modified; please apply your changes to the latest version and try again");
        }
        return seen.request().position();
    }

    private void delete(RoutingContext context) {
        Answer.when(
                context,
                found(context).compose(seen -> requests.withdraw(
                                Credentials.callerOf(context), Credentials.causeOf(context), name(context), null, null)
                        .map(seen)),
                seen -> Answer.json(context, 200, deleted(seen)));
    }

    private static ObjectNode deleted(RequestView seen) {
        ObjectNode status =
                JsonNodeFactory.instance.objectNode().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        status.putObject("details")
                .put("name", seen.request().id())
                .put("group", Group.NAME)
                .put("kind", Group.RESOURCE)
                .put("uid", ObjectWire.uid(seen));
        return status;
    }
}
