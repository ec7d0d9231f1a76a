package dev.perennial.server.http;

import dev.perennial.model.ProblemJson;
import dev.perennial.model.ProblemType;
import dev.perennial.model.RequestState;
import dev.perennial.model.SigningRequestJson;
import dev.perennial.server.audit.Events;
import dev.perennial.server.audit.Refusals;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.db.Ids;
import dev.perennial.server.problem.ProblemException;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server with routes that do nothing but show what HTTP made of a call. */
final class HttpServerFixture implements AutoCloseable {
    static final Duration SHORT = Duration.ofMillis(400);

    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    final Vertx vertx = Vertx.builder()
            .with(new VertxOptions().setMetricsOptions(new MicrometerMetricsOptions().setEnabled(true)))
            .withMetrics(new MicrometerMetricsFactory(registry))
            .build();
    final TestCertificate own;
    final ListenerSettings settings;
    final List<Listeners> instances = new ArrayList<>();
    /** Calls to /v1/held that wait for their answer. */
    final BlockingQueue<Promise<String>> held = new LinkedBlockingQueue<>();

    volatile String databaseReason;

    HttpServerFixture() throws Exception {
        this(
                1,
                new ListenerSettings(
                        0, OptionalInt.of(0), 0, SHORT, Duration.ofSeconds(20), new ConnectionPlaces(1_000, 1_000)));
    }

    HttpServerFixture(int instances, ListenerSettings settings) throws Exception {
        this.own = TestCertificate.valid("server");
        this.settings = settings;
        TlsMaterial material = own.material();
        for (int i = 0; i < instances; i++) {
            // Each instance on an event loop of its own, as verticle instances are.
            this.instances.add(await(Future.future(started -> vertx.deployVerticle(context -> Listeners.start(
                                    vertx, settings, material, router(), router(), managementRouter())
                            .onComplete(started))
                    .onFailure(started::tryFail))));
        }
    }

    Listeners first() {
        return instances.get(0);
    }

    private Router managementRouter() {
        Router router = Router.router(vertx);
        Health.mountMetrics(router, registry);
        return router;
    }

    /** Nobody is known here, so nothing is ever written to this database, which is not there. */
    private Refusals refusals() {
        DatabaseUri nowhere = DatabaseUri.parse("postgresql://nobody@localhost:1/none", null);
        Database database = Database.open(vertx, nowhere, 1);
        return new Refusals(database, new Events(database), Instant::now);
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route().handler(new RequestLog(new Ids(new SecureRandom()))).handler(new Guard());
        Problems.install(router, refusals());
        new Health(Map.of("database", () -> Future.succeededFuture(databaseReason)), Map.of()).mount(router);
        router.get("/openapi.yaml").handler(new OpenApi());
        BodyLimit limit = BodyLimit.json(BodyLimit.NATIVE, SHORT);
        router.post("/v1/read").handler(limit).handler(context -> {
            Answer.json(context, 200, Json.read(context.body().buffer(), SigningRequestJson.class));
        });
        router.get("/v1/who").handler(context -> {
            String who = ClientCertificate.of(context)
                    .map(certificate -> certificate.getSubjectX500Principal().getName())
                    .orElse("nobody");
            Answer.json(
                    context,
                    200,
                    Map.of(
                            "who",
                            who,
                            "token",
                            Bearer.of(context).map(Bearer::kind).orElse(null) + ""));
        });
        router.get("/v1/held").handler(context -> {
            Promise<String> answer = Promise.promise();
            answer.future().onSuccess(word -> Answer.json(context, 200, Map.of("answer", word)));
            held.add(answer);
        });
        router.get("/v1/things/:thing_id").handler(context -> {
            String id = PathId.of(context, "thing_id");
            if (!Conditional.notModified(context, "\"v1\"")) {
                QueryParameters query = QueryParameters.of(context);
                Answer.json(
                        context,
                        200,
                        Map.of(
                                "id",
                                id,
                                "limit",
                                query.limit(),
                                "wait",
                                Conditional.wait(context).orElse(-1)));
            }
        });
        router.delete("/v1/things/:thing_id").handler(context -> {
            Conditional.requireMatch(context, "\"v1\"");
            Answer.empty(context);
        });
        router.get("/v1/fail/:type").handler(context -> {
            throw ProblemException.of(ProblemType.valueOf(context.pathParam("type")), "as asked")
                    .about(List.of("a.example", "b.example"))
                    .inTheWay(new ProblemJson.Existing("abc", RequestState.ISSUED, null), "GET /v1/x")
                    .after(Duration.ofMillis(1_200));
        });
        router.get("/v1/broken").handler(context -> {
            throw new IllegalStateException("the secret is 42");
        });
        router.route("/door/*")
                .failureHandler(new DoorFailures(
                        context -> new DoorFailures.Said(429, "text/plain", Buffer.buffer("in its words"))));
        router.get("/door/begun").handler(context -> {
            context.response().setChunked(true).write("begun");
            throw ProblemException.of(ProblemType.CONFLICT, "too late to be told");
        });
        router.get("/door/wait/:millis").handler(context -> {
            throw ProblemException.of(ProblemType.RATE_LIMITED, "as asked")
                    .after(Duration.ofMillis(Long.parseLong(context.pathParam("millis"))));
        });
        return router;
    }

    HttpClient client(TestCertificate certificate, HttpClient.Version version) throws Exception {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(own.trustedBy(certificate))
                .build();
    }

    /** One client for all that need none of their own: they keep their connections. */
    private HttpClient anonymous;

    HttpResponse<String> get(String path, String... headers) throws Exception {
        if (anonymous == null) {
            anonymous = client(null, HttpClient.Version.HTTP_1_1);
        }
        return send(anonymous, "GET", path, null, headers);
    }

    HttpResponse<String> send(HttpClient client, String method, String path, String body, String... headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://localhost:" + first().port() + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
