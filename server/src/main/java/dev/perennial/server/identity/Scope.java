package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may see of requests and certificates, as a list is narrowed by it.
 *
 * @param orgId the only organisation; null: every one
 * @param owner where it sees only its own: its name; null: everything of the organisation
 * @param agentId where it sees only its own and is an agent: its id
 * @param signers beside its own, what is for these signers
 */
public record Scope(
        @Nullable String orgId,
        @Nullable String owner,
        @Nullable String agentId,
        List<String> signers) {

    /** Only what of it belongs to that organisation, where one is named; fails with notFound where none of it can. */
    public Scope in(@Nullable String asked) {
        if (asked == null || asked.equals(orgId)) {
            return this;
        }
        if (orgId != null) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "org_id: there is no such organisation");
        }
        return new Scope(asked, owner, agentId, signers);
    }

    /** @param signers the names of all signers that there are */
    public static Scope of(Caller caller, List<String> signers) {
        String orgId = caller.orgId();
        if (orgId == null || caller.may(Permission.READ, orgId)) {
            return new Scope(orgId, null, null, List.of());
        }
        Predicate<String> approves = caller.signers()::approves;
        return new Scope(
                orgId,
                caller.name(),
                caller.kind() == Caller.Kind.AGENT ? caller.id() : null,
                signers.stream().filter(approves).toList());
    }
}
