package dev.perennial.server.identity;

import dev.perennial.server.audit.Cause;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose credential was found good.
 *
 * @param id the agent's id; the word {@code administrator} for the bootstrap administrator
 * @param orgId null for the bootstrap administrator, who belongs to none
 */
public record Caller(Kind kind, String id, @Nullable String orgId, Grants grants) {

    /** What sort of caller; what it may do hangs on this and on its grants. */
    public enum Kind {
        ADMINISTRATOR,
        AGENT
    }

    public static Caller administrator() {
        return new Caller(Kind.ADMINISTRATOR, "administrator", null, Grants.everything());
    }

    public static Caller agent(String id, String orgId, Grants grants) {
        return new Caller(Kind.AGENT, id, orgId, grants);
    }

    public boolean isAdministrator() {
        return kind == Kind.ADMINISTRATOR;
    }

    /** How it stands in the audit record and in the limiter: unique over all kinds of callers. */
    public String name() {
        return switch (kind) {
            case ADMINISTRATOR -> "administrator";
            case AGENT -> "agent:" + id;
        };
    }

    /** Whether it may see and touch what belongs to that organisation and that agent. */
    public boolean owns(String ownerOrgId, @Nullable String agentId) {
        return switch (kind) {
            case ADMINISTRATOR -> true;
            case AGENT -> ownerOrgId.equals(orgId) && id.equals(agentId);
        };
    }

    /** This caller as the cause of a change. */
    public Cause cause(String source, String httpRequest) {
        return new Cause(name(), source, httpRequest);
    }
}
