package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.kubernetes.ObjectWriting.Update;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The resource itself, by upstream's paths and methods. */
final class ObjectRoutes {
    private static final String ONE = Group.PATH + "/:name";
    private static final String WATCH = "/apis/" + Group.VERSION + "/watch/" + Group.RESOURCE;
    private static final Map<String, Subresource> UPDATED =
            Map.of(ONE, Subresource.MAIN, ONE + "/approval", Subresource.APPROVAL, ONE + "/status", Subresource.STATUS);

    private final ObjectReading reading;
    private final ObjectCreating creating;
    private final ObjectWriting writing;
    private final ObjectDeleting deleting;
    private final WatchRoutes watches;
    private final ObjectWire wire;
    private final ObjectTable table;

    ObjectRoutes(
            ObjectReading reading,
            ObjectCreating creating,
            ObjectWriting writing,
            ObjectDeleting deleting,
            WatchRoutes watches,
            ObjectWire wire,
            ObjectTable table) {
        this.reading = reading;
        this.creating = creating;
        this.writing = writing;
        this.deleting = deleting;
        this.watches = watches;
        this.wire = wire;
        this.table = table;
    }

    void mount(Router router) {
        router.get(Group.PATH).handler(this::listOrWatch);
        router.post(Group.PATH).handler(this::create);
        router.delete(Group.PATH).handler(this::deleteAll);
        router.delete(ONE).handler(this::delete);
        UPDATED.forEach((path, subresource) -> {
            router.get(path).handler(this::get);
            router.put(path).handler(context -> put(context, subresource));
            router.patch(path).handler(context -> patch(context, subresource));
        });
        router.get(WATCH).handler(context -> watches.watch(context, ListQuery.selector(context)));
        router.get(WATCH + "/:name")
                .handler(context -> watches.watch(context, Selector.ofName(ObjectName.of(context))));
    }

    private void listOrWatch(RoutingContext context) {
        if (ListQuery.flag(context, "watch")) {
            watches.watch(context, ListQuery.selector(context));
            return;
        }
        ListQuery query = ListQuery.of(context);
        ObjectForm form = ObjectForm.of(context, table);
        Answer.when(
                context,
                reading.list(caller(context), query),
                listed -> Answer.jsonOnWorker(context, () -> {
                    Long next = listed.next();
                    return form.list(
                            listed.objects().stream().map(wire::object).toList(),
                            listed.version(),
                            next == null ? null : ListQuery.next(context, listed.version(), next));
                }));
    }

    private void get(RoutingContext context) {
        ObjectForm form = ObjectForm.of(context, table);
        Answer.when(
                context,
                reading.get(caller(context), ObjectName.of(context)),
                seen -> Answer.json(context, 200, form.first().of(wire.object(seen))));
    }

    private void create(RoutingContext context) {
        ObjectNode body = Written.read(context);
        ObjectName.generate(body);
        create(context, body, 201);
    }

    private void create(RoutingContext context, ObjectNode body, int status) {
        ObjectForm form = ObjectForm.of(context, table);
        Answer.when(
                context,
                creating.create(caller(context), Credentials.causeOf(context), body, Written.isDryRun(context)),
                object -> Answer.json(context, status, form.first().of(object)));
    }

    private void put(RoutingContext context, Subresource subresource) {
        ObjectNode body = Written.read(context);
        update(context, subresource, old -> body, false, null);
    }

    private void patch(RoutingContext context, Subresource subresource) {
        Written.Patching patching = Written.patching(context);
        boolean makes = patching.applies() && subresource == Subresource.MAIN;
        update(
                context,
                subresource,
                patching::to,
                true,
                makes ? () -> patching.to(ObjectName.empty(ObjectName.of(context))) : null);
    }

    /** @param otherwise what is made where there is no such object; null: nothing */
    private void update(
            RoutingContext context,
            Subresource subresource,
            UnaryOperator<ObjectNode> wanted,
            boolean patches,
            @Nullable Supplier<ObjectNode> otherwise) {
        Update update = new Update(
                caller(context),
                Credentials.causeOf(context),
                ObjectName.of(context),
                subresource,
                wanted,
                patches,
                Written.isDryRun(context));
        ObjectForm form = ObjectForm.of(context, table);
        writing.update(update)
                .onSuccess(object -> Answer.json(context, 200, form.first().of(object)))
                .onFailure(failure -> {
                    if (otherwise == null || !ObjectReading.isNotThere(failure)) {
                        context.fail(failure);
                        return;
                    }
                    Future.succeededFuture()
                            .map(nothing -> otherwise.get())
                            .onSuccess(made -> create(context, made, 201))
                            .onFailure(context::fail);
                });
    }

    private void delete(RoutingContext context) {
        ObjectDeleting.Options options = ObjectDeleting.Options.of(Written.options(context), Written.isDryRun(context));
        Answer.when(
                context,
                deleting.delete(caller(context), Credentials.causeOf(context), ObjectName.of(context), options),
                said -> Answer.json(context, 200, said));
    }

    private void deleteAll(RoutingContext context) {
        if (!context.normalizedPath().equals(Group.PATH)) {
            // One whose name was forgotten is not all of them.
            throw ProblemException.of(ProblemType.MALFORMED, "the name is missing in the path");
        }
        boolean dryRun = ObjectDeleting.Options.of(Written.options(context), Written.isDryRun(context))
                .dryRun();
        ObjectForm form = ObjectForm.of(context, table);
        Selector selector = ListQuery.selector(context);
        Answer.when(
                context,
                deleting.deleteAll(caller(context), Credentials.causeOf(context), selector, dryRun),
                deleted -> Answer.jsonOnWorker(context, () -> form.list(List.copyOf(deleted), 0, null)));
    }

    private static Caller caller(RoutingContext context) {
        return Credentials.callerOf(context);
    }
}
