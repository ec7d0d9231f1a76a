package dev.perennial.server.fleet;

import dev.perennial.model.ProblemType;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Event;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.identity.Permission;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The entry to the agents. Thread-safe. */
public final class Fleet {
    private final Database database;
    private final AgentStore store;
    private final Organisations organisations;
    private final Events events;
    private final InstantSource clock;
    private final Runnable accessChanged;

    /** When each agent was heard of since the last {@link #writeSeen}: a write per request would cost more than it. */
    private final Map<String, Instant> heard = new ConcurrentHashMap<>();

    /** @param accessChanged told at once when who may come in has changed here; other servers hear of it by the event */
    public Fleet(
            Database database,
            Organisations organisations,
            Events events,
            InstantSource clock,
            Runnable accessChanged) {
        this.database = database;
        this.store = new AgentStore(database);
        this.organisations = organisations;
        this.events = events;
        this.clock = clock;
        this.accessChanged = accessChanged;
    }

    /**
     * Lets a new agent in, in the transaction of its enrolment.
     *
     * @param by what it was let in for
     */
    public Future<Agent> add(
            SqlConnection tx,
            Cause cause,
            String id,
            String orgId,
            String name,
            List<String> names,
            String by,
            Instant now) {
        return events.done(tx, now, orgId, cause, "enrol", id, by)
                .compose(done ->
                        events.append(tx, now, orgId, Event.Kind.AGENT_CONNECTOR, id, Event.Change.ADDED, "active"))
                .compose(position -> {
                    Agent agent = new Agent(id, orgId, name, names, false, now, now, now, position);
                    return store.insert(tx, agent).map(agent);
                });
    }

    /** The agent of that id, for a caller who may see it; else notFound. */
    public Future<Agent> get(Caller caller, String id) {
        return store.find(id).map(found -> found.filter(agent -> caller.seesAgent(agent.orgId(), agent.id()))
                .orElseThrow(Fleet::noSuchAgent));
    }

    /** The agent of that id, as the transaction sees it; else notFound. */
    public Future<Agent> find(SqlConnection tx, String id) {
        return store.lock(tx, id).map(found -> found.orElseThrow(Fleet::noSuchAgent));
    }

    /**
     * All that the caller may see, oldest first.
     *
     * @param orgId those of that organisation; null: of any
     */
    public Future<List<Agent>> list(Caller caller, @Nullable String orgId, int limit) {
        String ownOrgId = caller.orgId();
        if (ownOrgId == null) {
            return store.list(orgId, limit);
        }
        if (orgId != null) {
            caller.requireOrganisation(orgId);
        }
        if (caller.may(Permission.READ, ownOrgId)) {
            return store.list(ownOrgId, limit);
        }
        return caller.kind() == Caller.Kind.AGENT
                ? get(caller, caller.id()).map(List::of)
                : Future.succeededFuture(List.of());
    }

    /** Gives it other names to ask for; what it holds already is judged by them at its next renewal. */
    public Future<Agent> setNames(Caller caller, Cause cause, String id, String name, List<String> names) {
        Grants grants = Grants.asked(names);
        List<String> canonical = grants.texts();
        return change(caller, id, (tx, agent, now) -> requireInService(agent)
                .compose(inService -> organisations.requireGivable(
                        tx, caller, agent.orgId(), grants.without(Grants.parse(agent.names()))))
                .compose(within ->
                        events.done(tx, now, agent.orgId(), cause, "set-names", id, String.join(" ", canonical)))
                .compose(done -> tell(tx, agent, Event.Change.MODIFIED, "active", now))
                .compose(position -> store.setNames(tx, id, name, canonical, now, position)));
    }

    /** Takes it out of service: its credential opens nothing any more, its requests are not renewed. Idempotent. */
    public Future<Agent> retire(Caller caller, Cause cause, String id) {
        return change(
                caller,
                id,
                (tx, agent, now) -> agent.retired()
                        ? Future.succeededFuture()
                        : events.done(tx, now, agent.orgId(), cause, "retire", id, null)
                                .compose(done -> tell(tx, agent, Event.Change.DELETED, "retired", now))
                                .compose(position -> store.retire(tx, id, now, position)));
    }

    /** Notes that an agent has been heard of. */
    public void heardOf(String agentId) {
        heard.put(agentId, clock.instant());
    }

    /** Writes down who was heard of since the last time. */
    public Future<Void> writeSeen() {
        Map<String, Instant> times = AgentStore.drained(heard);
        return times.isEmpty()
                ? Future.succeededFuture()
                : store.seen(times).onFailure(failure -> times.forEach(heard::putIfAbsent));
    }

    private interface Change {
        Future<Void> in(SqlConnection tx, Agent agent, Instant now);
    }

    private Future<Agent> change(Caller caller, String id, Change change) {
        Instant now = clock.instant();
        return database.inTransaction(tx -> store.lock(tx, id).compose(found -> {
                    Agent agent = found.filter(one -> caller.seesAgent(one.orgId(), id))
                            .orElseThrow(Fleet::noSuchAgent);
                    caller.require(Permission.MANAGE_CALLERS, agent.orgId(), "to change an agent");
                    return change.in(tx, agent, now);
                }))
                .compose(done -> {
                    accessChanged.run();
                    return store.find(id);
                })
                .map(found -> found.orElseThrow(Fleet::noSuchAgent));
    }

    private Future<Long> tell(SqlConnection tx, Agent agent, Event.Change change, String state, Instant now) {
        return events.append(tx, now, agent.orgId(), Event.Kind.AGENT_CONNECTOR, agent.id(), change, state);
    }

    private static Future<Void> requireInService(Agent agent) {
        return agent.retired()
                ? Future.failedFuture(ProblemException.of(ProblemType.RETIRED, "the agent was retired"))
                : Future.succeededFuture();
    }

    private static ProblemException noSuchAgent() {
        return ProblemException.of(ProblemType.NOT_FOUND, "there is no such agent");
    }
}
