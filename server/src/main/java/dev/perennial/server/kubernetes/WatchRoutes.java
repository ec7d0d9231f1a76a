package dev.perennial.server.kubernetes;

import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.QueryParameters;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How a watch begins: with everything, or after the version that the client saw last. */
final class WatchRoutes {
    /** So many changes a client may be behind; beyond, to list again costs less. */
    private static final int MOST_BEHIND = 5_000;

    /** So many may be told as the beginning of a watch. */
    private static final int MOST_AT_ONCE = 5_000;

    private static final Duration SHORTEST = Duration.ofMinutes(30);

    private final Credentials credentials;
    private final Snapshots snapshots;
    private final ObjectReading reading;
    private final History history;
    private final ObjectFeed feed;
    private final ObjectWire wire;
    private final ObjectTable table;

    WatchRoutes(
            Credentials credentials,
            Snapshots snapshots,
            ObjectReading reading,
            History history,
            ObjectFeed feed,
            ObjectWire wire,
            ObjectTable table) {
        this.credentials = credentials;
        this.snapshots = snapshots;
        this.reading = reading;
        this.history = history;
        this.feed = feed;
        this.wire = wire;
        this.table = table;
    }

    private record Beginning(List<ObjectEvent> events, long upto) {}

    private record Rendered(Buffer lines, long upto) {}

    /** @param selector what the path and the query mean */
    void watch(RoutingContext context, Selector selector) {
        boolean head = HttpMethod.HEAD.equals(context.request().method());
        if (head || "websocket".equalsIgnoreCase(context.request().getHeader(HttpHeaders.UPGRADE))) {
            // No WebSocket here: a plain answer has clients ask again without.
            Answer.json(context, 200, ObjectForm.WHOLE.list(List.of(), 0, null));
            return;
        }
        Long version = ListQuery.version(context);
        boolean initial = isInitialWanted(context);
        boolean bookmarks = ListQuery.flag(context, "allowWatchBookmarks");
        Watch watch = new Watch(
                context, credentials, feed, selector, ObjectForm.of(context, table), bookmarks, lasts(context));
        context.addEndHandler(done -> watch.close());
        Answer.when(
                context,
                feed.join(watch)
                        .compose(done -> version == null || initial ? everything(watch) : after(watch, version))
                        .compose(beginning -> context.vertx()
                                .executeBlocking(
                                        () -> new Rendered(watch.render(beginning.events()), beginning.upto()))),
                rendered -> watch.begin(rendered.lines(), rendered.upto(), initial));
    }

    private static boolean isInitialWanted(RoutingContext context) {
        String match = ListQuery.text(context, "resourceVersionMatch");
        String wanted = ListQuery.text(context, "sendInitialEvents");
        if (wanted.isEmpty() != match.isEmpty() || !match.isEmpty() && !match.equals("NotOlderThan")) {
            throw StatusException.invalid("sendInitialEvents is forbidden: it goes with"
                    + " resourceVersionMatch=NotOlderThan, and that with it");
        }
        return ListQuery.flag(context, "sendInitialEvents");
    }

    private static Duration lasts(RoutingContext context) {
        int seconds = QueryParameters.of(context).integer("timeoutSeconds", 0, Integer.MAX_VALUE, 0);
        long chosen = ThreadLocalRandom.current().nextLong(SHORTEST.toSeconds());
        return seconds > 0 ? Duration.ofSeconds(seconds) : SHORTEST.plusSeconds(chosen);
    }

    private Future<Beginning> everything(Watch watch) {
        return snapshots.at(moment -> reading.list(moment, watch.caller(), watch.selector(), MOST_AT_ONCE, 0)
                .map(listed -> {
                    if (listed.next() != null) {
                        throw new StatusException(
                                413,
                                "RequestEntityTooLarge",
                                "there are more than " + MOST_AT_ONCE + " objects: list them page by page, and watch"
                                        + " after the resourceVersion of the first page");
                    }
                    return beginning(listed);
                }));
    }

    private Beginning beginning(ObjectReading.Listed listed) {
        return new Beginning(
                listed.objects().stream()
                        .map(seen -> ObjectEvent.ofExisting(seen, wire))
                        .sorted(Comparator.comparingLong(ObjectEvent::position))
                        .toList(),
                listed.version());
    }

    private Future<Beginning> after(Watch watch, long version) {
        return snapshots.at(moment -> {
            if (version > moment.head()) {
                throw new StatusException(
                        504, "Timeout", "Too large resource version: " + version + ", current: " + moment.head());
            }
            if (version < moment.horizon()) {
                throw tooOld(version, moment.horizon());
            }
            @Nullable String orgId = watch.caller().orgId();
            return moment.since(version, orgId, MOST_BEHIND + 1).compose(happenings -> {
                if (happenings.size() > MOST_BEHIND) {
                    throw tooOld(version, moment.head());
                }
                return history.events(moment, version, moment.head(), happenings)
                        .map(events -> new Beginning(events, moment.head()));
            });
        });
    }

    private static StatusException tooOld(long version, long least) {
        return StatusException.expired("too old resource version: " + version + " (" + least + ")");
    }
}
