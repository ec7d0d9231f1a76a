package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may see of requests and certificates, as a list is narrowed by it.
 *
 * @param orgId the only organisation; null: every one
 * @param owner where it sees only its own: its name; null: everything of the organisation
 * @param agentId where it sees only its own and is an agent: its id
 * @param signers beside its own, what is for these signers
 * @param domains and what is for signers of these domains
 */
public record Scope(
        @Nullable String orgId,
        @Nullable String owner,
        @Nullable String agentId,
        List<String> signers,
        List<String> domains) {

    /** Only what of it belongs to that organisation, where one is named; fails with notFound where none of it can. */
    public Scope in(@Nullable String asked) {
        if (asked == null || asked.equals(orgId)) {
            return this;
        }
        if (orgId != null) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "org_id: there is no such organisation");
        }
        return new Scope(asked, owner, agentId, signers, domains);
    }

    /** @param orgId null: of every organisation */
    public static Scope everything(@Nullable String orgId) {
        return new Scope(orgId, null, null, List.of(), List.of());
    }

    public static Scope of(Caller caller) {
        String orgId = caller.orgId();
        if (orgId == null || caller.may(Permission.READ, orgId)) {
            return everything(orgId);
        }
        return new Scope(
                orgId,
                caller.name(),
                caller.kind() == Caller.Kind.AGENT ? caller.id() : null,
                caller.signers().names(),
                caller.signers().domains());
    }
}
