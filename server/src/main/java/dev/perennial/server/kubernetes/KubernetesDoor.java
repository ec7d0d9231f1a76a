package dev.perennial.server.kubernetes;

import dev.perennial.server.csr.IssuerChains;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Snapshots;
import dev.perennial.server.csr.Swept;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.http.BodyLimit;
import dev.perennial.server.http.Credentials;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** {@code /apis}, {@code /api}, {@code /version} and {@code /openapi}, as kubectl and client libraries call them. */
public final class KubernetesDoor {
    /** As upstream's API servers take. */
    private static final int LARGEST_BODY = 3 * 1024 * 1024;

    private static final Duration BODY_DEADLINE = Duration.ofSeconds(30);
    private static final List<String> BELOW = List.of("/apis", "/apis/*", "/api", "/api/*", "/version", "/openapi/*");

    private final Credentials credentials;
    private final Discovery discovery = new Discovery();
    private final ObjectRoutes objects;
    private final ObjectFeed feed;
    private final Cleaner cleaner;
    private final AccessReviews reviews = new AccessReviews();

    public KubernetesDoor(
            Vertx vertx,
            Database database,
            Credentials credentials,
            SigningRequests requests,
            IssuerChains chains,
            Ids ids,
            InstantSource clock) {
        this.credentials = credentials;
        Snapshots snapshots = requests.snapshots();
        ObjectStore store = new ObjectStore(database);
        ObjectReading reading = new ObjectReading(snapshots, store, new ObjectSelections());
        FormerFaces former = new FormerFaces();
        ObjectWire wire = new ObjectWire(chains);
        ObjectTable table = new ObjectTable(clock);
        History history = new History(reading, former, wire);
        this.feed = new ObjectFeed(vertx, snapshots, history);
        this.cleaner = new Cleaner(requests, new CleanerStore(database), clock);
        this.objects = new ObjectRoutes(
                reading,
                new ObjectCreating(requests, reading, store, wire, ids, clock),
                new ObjectWriting(reading, new ObjectChanges(requests, store, former, clock), wire, clock),
                new ObjectDeleting(requests, reading, wire),
                new WatchRoutes(credentials, snapshots, reading, history, feed, wire, table),
                wire,
                table);
    }

    /** What tells nothing of anybody comes first, without a caller. */
    public void mount(Router router) {
        BELOW.forEach(path -> router.route(path).failureHandler(FailureStatus.door()));
        discovery.mount(router);
        BodyLimit objectsLimit = BodyLimit.of(Bodies::isTaken, Bodies.TAKEN, LARGEST_BODY, BODY_DEADLINE);
        BodyLimit patches = BodyLimit.of(Written::isPatch, String.join(", ", Patch.TYPES), LARGEST_BODY, BODY_DEADLINE);
        router.route("/apis/*")
                .handler(context -> {
                    boolean patch = HttpMethod.PATCH.equals(context.request().method());
                    (patch ? patches : objectsLimit).handle(context);
                })
                .handler(credentials);
        objects.mount(router);
        reviews.mount(router);
    }

    /** Something was committed somewhere: those who watch are told. */
    public void wake() {
        feed.wake();
    }

    /** Ends the watches: the server stops. */
    public void endWatches() {
        feed.end();
    }

    /** The clock's work: takes objects away that were made here and are over; looks at so many. */
    public Future<Swept> clean(int most) {
        return cleaner.clean(most);
    }
}
