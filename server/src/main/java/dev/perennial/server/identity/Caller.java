package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.model.Role;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.problem.ProblemException;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose credential was found good, the same at every door. What it may do is asked here and nowhere else; what
 * no role of it allows is refused, and what belongs to another organisation is not there for it.
 *
 * @param id the account's or agent's id; the word {@code administrator} for the bootstrap administrator
 * @param orgId null for the bootstrap administrator, who belongs to none
 * @param proof how it showed who it is, this time
 * @param passwordSha256 of the stored form of the password that it came in by; null where it came by something else
 */
public record Caller(
        Kind kind,
        String id,
        @Nullable String orgId,
        Set<Role> roles,
        Grants grants,
        SignerGrants signers,
        Proof proof,
        @Nullable String passwordSha256) {
    /** It is there from the first start on, and never deleted. */
    private static final String FIRST_ORGANISATION = "default";

    /** What sort of caller. */
    public enum Kind {
        /** The administrator of the whole installation, whose token is in the home directory. */
        BOOTSTRAP,
        ACCOUNT,
        AGENT,
        /** Known by an identity provider's word. */
        FEDERATED
    }

    /** What it came with. */
    public enum Proof {
        TOKEN,
        PASSWORD,
        CERTIFICATE
    }

    public static Caller bootstrap() {
        return new Caller(
                Kind.BOOTSTRAP,
                "administrator",
                null,
                Set.of(Role.ADMINISTRATOR),
                Grants.everything(),
                SignerGrants.none(),
                Proof.TOKEN,
                null);
    }

    public static Caller agent(String id, String orgId, Grants grants) {
        return new Caller(
                Kind.AGENT, id, orgId, Set.of(Role.AGENT), grants, SignerGrants.none(), Proof.CERTIFICATE, null);
    }

    /**
     * The same caller with less: what a token was narrowed to; null leaves all that there is. Grants on signers go with
     * whatever is narrowed: an approval gives others names that the token has not.
     */
    Caller narrowedTo(@Nullable Set<Role> fewer, @Nullable Grants narrower) {
        return new Caller(
                kind,
                id,
                orgId,
                fewer == null ? roles : roles.stream().filter(fewer::contains).collect(Collectors.toSet()),
                narrower == null ? grants : grants.narrowedTo(narrower),
                fewer == null && narrower == null ? signers : SignerGrants.none(),
                proof,
                passwordSha256);
    }

    /** Whether a role of it has that; a token that was narrowed to some names passes no others on. */
    private boolean has(Permission permission) {
        return permission.isOf(roles) && !(isNarrowed() && permission.passesNamesOn());
    }

    private boolean isNarrowed() {
        return grants.bounds() != null;
    }

    /** The organisation that it acts in where a door does not ask for one; who belongs to none, in the first there was. */
    public String homeOrgId() {
        return orgId == null ? FIRST_ORGANISATION : orgId;
    }

    public boolean isBootstrap() {
        return kind == Kind.BOOTSTRAP;
    }

    /** How it stands in the audit record and in the limiter: unique over all kinds of callers. */
    public String name() {
        return switch (kind) {
            case BOOTSTRAP -> "administrator";
            case ACCOUNT -> "account:" + id;
            case AGENT -> "agent:" + id;
            case FEDERATED -> "oidc:" + id;
        };
    }

    /** Whether a role of it allows that in that organisation. */
    public boolean may(Permission permission, String ofOrgId) {
        return isBootstrap() || ofOrgId.equals(orgId) && has(permission);
    }

    /** Whether it is that account. */
    public boolean isAccount(String accountId) {
        return kind == Kind.ACCOUNT && id.equals(accountId);
    }

    /** Whether it may ask for certificates somewhere. */
    public boolean mayAsk() {
        return has(Permission.ASK);
    }

    /** Fails with notFound for another organisation than its own, which is not there for it. */
    public void requireOrganisation(String ofOrgId) {
        if (!isBootstrap() && !ofOrgId.equals(orgId)) {
            throw ProblemException.of(ProblemType.NOT_FOUND, "spec.org_id: there is no such organisation");
        }
    }

    /** Fails with notFound for another organisation, and with unauthorized where no role of it allows that. */
    public void require(Permission permission, String ofOrgId, String act) {
        requireOrganisation(ofOrgId);
        if (!may(permission, ofOrgId)) {
            throw refused(permission, act);
        }
    }

    /** As the other, for an act that is asked before it is known where. */
    public void require(Permission permission, String act) {
        if (!isBootstrap() && !has(permission)) {
            throw refused(permission, act);
        }
    }

    private ProblemException refused(Permission permission, String act) {
        return ProblemException.of(
                ProblemType.UNAUTHORIZED,
                act + " needs the role " + permission.words()
                        + (isNarrowed() && permission.passesNamesOn()
                                ? ", and not a token narrowed to some names"
                                : ""));
    }

    /** Whether it is its own: made by it, or belonging to the agent that it is. */
    public boolean owns(Ownership ownership) {
        return ownership.orgId().equals(orgId)
                && (name().equals(ownership.owner()) || kind == Kind.AGENT && id.equals(ownership.agentId()));
    }

    public boolean sees(Ownership ownership) {
        return may(Permission.READ, ownership.orgId())
                || owns(ownership)
                || ownership.orgId().equals(orgId) && signers.concern(ownership.signer());
    }

    /** Whether it may send another PKCS#10 for it, ask for another certificate, or withdraw it. */
    public boolean mayChange(Ownership ownership) {
        return may(Permission.MANAGE_REQUESTS, ownership.orgId()) || owns(ownership) && mayAsk();
    }

    public boolean mayRevoke(Ownership ownership) {
        return may(Permission.REVOKE, ownership.orgId()) || owns(ownership) && mayAsk();
    }

    /** Whether it may approve and deny something somewhere. */
    public boolean mayDecide() {
        return has(Permission.APPROVE) || signers.approvesSome();
    }

    public boolean mayDecide(Ownership ownership) {
        return may(Permission.APPROVE, ownership.orgId())
                || ownership.orgId().equals(orgId) && signers.approves(ownership.signer());
    }

    /** Whether it may put in, for some signer, certificates that were made elsewhere. */
    public boolean maySign() {
        return has(Permission.MANAGE_REQUESTS) || signers.signsSome();
    }

    /** Whether it may put in a certificate that the signer made elsewhere, or say that it will make none. */
    public boolean maySign(Ownership ownership) {
        return may(Permission.MANAGE_REQUESTS, ownership.orgId())
                || ownership.orgId().equals(orgId) && signers.signs(ownership.signer());
    }

    /** Whether it may see that agent. */
    public boolean seesAgent(String ofOrgId, String agentId) {
        return may(Permission.READ, ofOrgId) || kind == Kind.AGENT && id.equals(agentId);
    }

    /** This caller as the cause of a change. */
    public Cause cause(String source, String httpRequest) {
        return new Cause(name(), source, httpRequest);
    }
}
