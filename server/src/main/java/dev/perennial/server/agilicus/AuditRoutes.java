package dev.perennial.server.agilicus;

import dev.perennial.model.AuditEventJson;
import dev.perennial.model.AuditEventListJson;
import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.AuditEvent;
import dev.perennial.server.audit.AuditFilter;
import dev.perennial.server.audit.AuditLog;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.QueryParameters;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The audit record, to be read. */
final class AuditRoutes {
    private static final String PATH = "/v1/audit_events";
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
    private static final List<String> OUTCOMES = List.of("done", "refused", "failed");

    private final AuditLog record;

    AuditRoutes(AuditLog record) {
        this.record = record;
    }

    void mount(Router router) {
        router.get(PATH).handler(this::list);
        router.get(PATH + "/:audit_event_id").handler(this::get);
    }

    private void list(RoutingContext context) {
        QueryParameters query = QueryParameters.of(context);
        String orgId = scope(Credentials.callerOf(context), query.id("org_id").orElse(null));
        int limit = query.limit();
        long below = query.text("page_token", 32)
                .map(token -> number(token)
                        .orElseThrow(() -> ProblemException.of(
                                ProblemType.MALFORMED,
                                "the query parameter page_token must be the next_page_token of a page before")))
                .orElse(Long.MAX_VALUE);
        Answer.when(
                context,
                record.list(filter(query, orgId), below, limit),
                page -> Answer.jsonOnWorker(context, () -> json(page, limit)));
    }

    private static AuditFilter filter(QueryParameters query, @Nullable String orgId) {
        Instant since = query.instant("since").orElse(null);
        Instant until = query.instant("until").orElse(null);
        String outcome = query.text("outcome", 16).orElse(null);
        if (outcome != null && !OUTCOMES.contains(outcome)) {
            throw ProblemException.of(
                    ProblemType.MALFORMED, "the query parameter outcome must be done, refused or failed");
        }
        return new AuditFilter(
                orgId,
                query.text("actor", 1024).orElse(null),
                query.text("action", 256).orElse(null),
                query.text("object_id", 256).orElse(null),
                outcome,
                query.text("source", 64).orElse(null),
                query.text("http_request", 64).orElse(null),
                since,
                until);
    }

    private static AuditEventListJson json(AuditLog.Page page, int limit) {
        Long next = page.next();
        return new AuditEventListJson(
                page.entries().stream().map(AuditRoutes::json).toList(), limit, next == null ? null : next.toString());
    }

    private void get(RoutingContext context) {
        String orgId = scope(Credentials.callerOf(context), null);
        long id = number(context.pathParam("audit_event_id")).orElseThrow(AuditRoutes::noSuchEvent);
        Answer.when(
                context,
                record.find(orgId, id).map(found -> found.orElseThrow(AuditRoutes::noSuchEvent)),
                found -> Answer.json(context, 200, json(found)));
    }

    /** Rows of no organisation are for the bootstrap administrator alone. */
    private static @Nullable String scope(Caller caller, @Nullable String wanted) {
        if (wanted != null) {
            caller.requireOrganisation(wanted);
        }
        caller.require(Permission.READ, "reading the audit record");
        return caller.isBootstrap() ? wanted : caller.orgId();
    }

    private static Optional<Long> number(@Nullable String text) {
        return text != null && NUMBER.matcher(text).matches() ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private static ProblemException noSuchEvent() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such row of the audit record");
    }

    private static AuditEventJson json(AuditLog.Entry entry) {
        AuditEvent event = entry.event();
        return new AuditEventJson(
                Long.toString(event.id()),
                event.at(),
                event.orgId(),
                event.actor(),
                event.source(),
                event.action(),
                event.objectId(),
                event.outcome(),
                event.reason(),
                event.httpRequest().isEmpty() ? null : event.httpRequest(),
                entry.seal());
    }
}
