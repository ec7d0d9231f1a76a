package dev.perennial.server.agilicus;

import dev.perennial.model.ApprovalJson;
import dev.perennial.model.ProblemType;
import dev.perennial.model.ReissueJson;
import dev.perennial.model.RevocationReason;
import dev.perennial.model.SigningRequestJson;
import dev.perennial.model.SigningRequestListJson;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.csr.Alongside;
import dev.perennial.server.csr.Explanation;
import dev.perennial.server.csr.InventoryFilter;
import dev.perennial.server.csr.Page;
import dev.perennial.server.csr.RequestVersion;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.SigningRequests;
import dev.perennial.server.csr.Submission;
import dev.perennial.server.csr.ViewOptions;
import dev.perennial.server.csr.Word;
import dev.perennial.server.fleet.Agent;
import dev.perennial.server.fleet.Fleet;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Conditional;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.PathId;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Signing requests, at their own paths and below the agent they belong to. */
final class RequestRoutes {
    static final String PATH = "/v1/certificate_signing_requests";
    private static final String OF_AGENT = "/v1/agent_connectors/:connector_id/certificate_signing_requests";

    private final SigningRequests requests;
    private final Fleet fleet;
    private final Wire wire;
    private final InstantSource clock;
    private final RequestBodies bodies = new RequestBodies();

    RequestRoutes(SigningRequests requests, Fleet fleet, Wire wire, InstantSource clock) {
        this.requests = requests;
        this.fleet = fleet;
        this.wire = wire;
        this.clock = clock;
    }

    void mount(Router router) {
        router.post(PATH + "/reissue").handler(this::reissue);
        for (String path : List.of(PATH, OF_AGENT)) {
            router.post(path).handler(this::create);
            router.get(path).handler(this::list);
            router.get(path + "/:csr_id").handler(this::get);
            router.put(path + "/:csr_id").handler(this::replace);
            router.delete(path + "/:csr_id").handler(this::withdraw);
            router.post(path + "/:csr_id/approve").handler(context -> decide(context, requests::approve));
            router.post(path + "/:csr_id/deny").handler(context -> decide(context, requests::deny));
        }
    }

    private void create(RoutingContext context) {
        Answer.when(context, inService(context).map(agent -> submission(context, agent)), submission -> {
            if (isDryRun(context)) {
                answerDecision(context, requests.tryOut(submission));
                return;
            }
            Answer.when(context, requests.submit(submission), view -> {
                context.response()
                        .putHeader(
                                HttpHeaders.LOCATION,
                                PATH + "/" + view.request().id());
                answer(context, 201, view, ViewOptions.standard());
            });
        });
    }

    private void list(RoutingContext context) {
        ViewOptions options = RequestQueries.options(context);
        InventoryFilter filter = InventoryQueries.requests(context, clock.instant());
        Page.Wanted wanted = InventoryQueries.page(context);
        Answer.when(
                context,
                ofAgent(context).compose(agentId -> requests.list(caller(context), filter, wanted, options)),
                page -> Answer.jsonOnWorker(
                        context,
                        () -> new SigningRequestListJson(
                                page.items().stream().map(wire::request).toList(),
                                wanted.limit(),
                                InventoryQueries.next(context, page),
                                InventoryQueries.total(page),
                                InventoryQueries.atLeast(page))));
    }

    private void get(RoutingContext context) {
        String id = PathId.of(context, "csr_id");
        ViewOptions options = RequestQueries.options(context);
        int seconds = Conditional.wait(context).orElse(0);
        if (seconds > 0) {
            context.response().putHeader("Preference-Applied", "wait=" + seconds);
        }
        if (seconds == 0 && isConditional(context)) {
            poll(context, id, options);
        } else {
            show(context, id, options, seconds);
        }
    }

    /** The most frequent call of all: where nothing has changed, only the version is looked up. */
    private void poll(RoutingContext context, String id, ViewOptions options) {
        Future<RequestVersion> found = ofAgent(context)
                .compose(agentId -> requests.version(caller(context), id, options)
                        .map(version -> within(agentId, version, version)));
        Answer.when(context, found, version -> {
            if (!Conditional.notModified(context, RequestQueries.etag(version, options))) {
                show(context, id, options, 0);
            }
        });
    }

    private void show(RoutingContext context, String id, ViewOptions options, int seconds) {
        Future<RequestView> found = seconds == 0
                ? requests.get(caller(context), id, options)
                : requests.getWhen(caller(context), id, options, waits(context, options), seconds);
        Answer.when(context, ofAgent(context).compose(agentId -> within(agentId, found)), view -> {
            if (Conditional.notModified(context, RequestQueries.etag(view.version(), options))) {
                return;
            }
            answer(context, 200, view, options);
        });
    }

    /** With If-None-Match until the version differs, without until there is a verdict. */
    private static Predicate<RequestView> waits(RoutingContext context, ViewOptions options) {
        return isConditional(context)
                ? view -> Conditional.hasVersion(context, RequestQueries.etag(view.version(), options))
                : view -> view.request().isUnderWay();
    }

    private static boolean isConditional(RoutingContext context) {
        return context.request().getHeader(HttpHeaders.IF_NONE_MATCH) != null;
    }

    private void replace(RoutingContext context) {
        String id = PathId.of(context, "csr_id");
        ViewOptions options = RequestQueries.options(context);
        Answer.when(
                context,
                ofAgent(context).compose(agentId -> within(agentId, requests.get(caller(context), id, options))),
                seen -> {
                    Long seenPosition = seenPosition(context, seen, options);
                    Submission wanted = bodies.submission(context, null);
                    if (isDryRun(context)) {
                        answerDecision(context, requests.tryOut(seen.request(), wanted));
                        return;
                    }
                    Answer.when(
                            context,
                            requests.replace(id, wanted, seenPosition, options),
                            view -> answer(context, 200, view, options));
                });
    }

    /** What is made for an agent is its organisation's. */
    private Submission submission(RoutingContext context, @Nullable Agent agent) {
        Submission submission = bodies.submission(context, agent == null ? null : agent.id());
        if (agent != null && !agent.orgId().equals(submission.orgId())) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "spec.org_id: the agent belongs to another organisation");
        }
        return submission;
    }

    /** The version that If-Match names, once it is the one that is seen now; null where the caller names none. */
    private static @Nullable Long seenPosition(RoutingContext context, RequestView seen, ViewOptions options) {
        Conditional.requireMatch(context, RequestQueries.etag(seen.version(), options));
        boolean conditional = context.request().getHeader(HttpHeaders.IF_MATCH) != null;
        return conditional ? seen.request().position() : null;
    }

    private void withdraw(RoutingContext context) {
        String id = PathId.of(context, "csr_id");
        ViewOptions options = RequestQueries.options(context);
        RevocationReason revoke = QueryParameters.of(context)
                .text("revoke", 64)
                .map(RequestRoutes::reason)
                .orElse(null);
        Answer.when(
                context,
                ofAgent(context)
                        .compose(agentId -> within(agentId, requests.get(caller(context), id, options)))
                        .compose(seen -> requests.withdraw(
                                caller(context),
                                Credentials.causeOf(context),
                                id,
                                revoke,
                                seenPosition(context, seen, options))),
                done -> Answer.empty(context));
    }

    /** Yes or no. */
    private interface Verdict {
        Future<RequestView> say(
                Caller caller, Cause cause, String id, Word word, Alongside alongside, ViewOptions options);
    }

    private void decide(RoutingContext context, Verdict verdict) {
        String id = PathId.of(context, "csr_id");
        ViewOptions options = RequestQueries.options(context);
        ApprovalJson body = Json.read(context.body().buffer(), ApprovalJson.class);
        String reason = Required.text("reason", body.reason(), 1_024);
        String sha256 = Required.optional("pkcs10_sha256", body.pkcs10Sha256(), 64);
        String authorityId = Required.optional("ca_id", body.caId(), 64);
        Duration validity = body.validity() == null ? null : Durations.of("validity", body.validity());
        Answer.when(
                context,
                ofAgent(context)
                        .compose(agentId -> within(agentId, requests.get(caller(context), id, options)))
                        .compose(seen -> verdict.say(
                                caller(context),
                                Credentials.causeOf(context),
                                id,
                                new Word(
                                        reason,
                                        sha256 == null ? null : sha256.toLowerCase(Locale.ROOT),
                                        seenPosition(context, seen, options),
                                        authorityId,
                                        validity,
                                        false),
                                Alongside.NOTHING,
                                options)),
                view -> answer(context, 200, view, options));
    }

    private void reissue(RoutingContext context) {
        ReissueJson body = Json.read(context.body().buffer(), ReissueJson.class);
        ReissueJson.Spec spec = Required.field("spec", body.spec());
        String orgId = Required.text("spec.org_id", spec.orgId(), 64);
        String id = Required.text("spec.csr_id", spec.csrId(), 64);
        Answer.when(
                context,
                requests.reissue(
                        caller(context),
                        Credentials.causeOf(context),
                        orgId,
                        id,
                        Required.field("spec.old_not_after", spec.oldNotAfter())),
                certificate -> Answer.json(
                        context, 201, new ReissueJson(spec, new ReissueJson.Status(wire.certificate(certificate)))));
    }

    static RevocationReason reason(String word) {
        return RevocationReason.of(word)
                .orElseThrow(() -> ProblemException.of(
                        ProblemType.BAD_REVOCATION_REASON,
                        "the reason must be one of RFC 5280 §5.3.1, such as unspecified, keyCompromise or superseded"));
    }

    private void answer(RoutingContext context, int status, RequestView view, ViewOptions options) {
        context.response().putHeader(HttpHeaders.ETAG, RequestQueries.etag(view.version(), options));
        SigningRequestJson body = wire.request(view);
        Answer.json(context, status, body);
    }

    private void answerDecision(RoutingContext context, Future<Explanation> explained) {
        Answer.when(context, explained, explanation -> Answer.json(context, 200, Wire.explanation(explanation)));
    }

    private static boolean isDryRun(RoutingContext context) {
        return QueryParameters.of(context).flag("dry_run").orElse(false);
    }

    private static Caller caller(RoutingContext context) {
        return Credentials.callerOf(context);
    }

    /** The agent in the path, which the caller must be allowed to see; null on the paths without one. */
    private Future<@Nullable String> ofAgent(RoutingContext context) {
        return agent(context).map(agent -> agent == null ? null : agent.id());
    }

    /** The same, and nothing new is made for an agent that was retired. */
    private Future<@Nullable Agent> inService(RoutingContext context) {
        return agent(context).map(agent -> {
            if (agent != null && agent.retired()) {
                throw ProblemException.of(ProblemType.RETIRED, "the agent was retired");
            }
            Caller caller = caller(context);
            if (agent != null && !agent.id().equals(caller.id())) {
                caller.require(Permission.MANAGE_REQUESTS, agent.orgId(), "to make a request for an agent");
            }
            return agent;
        });
    }

    private Future<@Nullable Agent> agent(RoutingContext context) {
        if (context.pathParam("connector_id") == null) {
            return Future.succeededFuture();
        }
        return fleet.get(caller(context), PathId.of(context, "connector_id")).map(agent -> agent);
    }

    private static Future<RequestView> within(@Nullable String agentId, Future<RequestView> found) {
        return found.map(view -> within(agentId, view.version(), view));
    }

    /** The value, if it is about a request of that agent. */
    private static <T> T within(@Nullable String agentId, RequestVersion version, T value) {
        if (agentId != null && !agentId.equals(version.ownership().agentId())) {
            throw ProblemException.of(ProblemType.UNKNOWN, "the agent has no such request");
        }
        return value;
    }
}
