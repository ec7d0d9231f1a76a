package dev.perennial.server.csr;

import dev.perennial.model.RequestState;
import dev.perennial.server.ca.Signer;
import dev.perennial.server.db.Database;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.NamePattern;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.policy.Decision.Verdict;
import dev.perennial.server.policy.Usages;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code ?dry_run=true}: policy is asked as for a submission or a replacement, and tells all that it looked at; so do the
 * rules about PKCS#10 and keys that were there before. Nothing is stored.
 */
final class Explaining {
    private static final String NEW_KEY = "make a new key, and the PKCS#10 of that";
    private static final String NEW_REQUEST = "send it as a new request";

    private final Database database;
    private final Deciding deciding;
    private final RequestStore requests;
    private final GenerationStore generations;
    private final LimitStore limits;

    Explaining(
            Database database,
            Deciding deciding,
            RequestStore requests,
            GenerationStore generations,
            LimitStore limits) {
        this.database = database;
        this.deciding = deciding;
        this.requests = requests;
        this.generations = generations;
        this.limits = limits;
    }

    /** What is asked; {@code request} is the one that it would replace the PKCS#10 of, null where it would make one. */
    private record Asked(
            Submission submission,
            Pkcs10 pkcs10,
            Signer signer,
            @Nullable SigningRequest request) {

        boolean isOfAnotherSigner() {
            return request != null && !request.signer().equals(signer.name());
        }
    }

    /** @param request that a PUT would change; null for a POST */
    Future<Explanation> explain(
            Submission submission,
            Pkcs10 pkcs10,
            Signer signer,
            Grants organisation,
            @Nullable SigningRequest request) {
        Caller caller = submission.caller();
        boolean deniedBefore = request != null && request.personDenied();
        Usages usages = usages(submission, pkcs10, request);
        Decision policys = deciding.decide(pkcs10, usages, caller, signer, organisation, deniedBefore);
        List<Identifier> names = deciding.names(pkcs10, usages, caller, signer, organisation);
        Asked asked = new Asked(submission, pkcs10, signer, request);
        Future<Decision> decided =
                policys.verdict() == Verdict.REFUSE ? Future.succeededFuture(policys) : decide(asked, policys);
        return decided.compose(
                decision -> limits.left(caller.name(), LimitStore.namesSha256(names, pkcs10.commonName()))
                        .map(left -> new Explanation(
                                decision,
                                signer.name(),
                                names.stream()
                                        .map(name -> new Explanation.Named(
                                                name,
                                                caller.grants().covers(name) ? covering(caller.grants(), name) : null,
                                                covering(organisation, name)))
                                        .toList(),
                                limits.limit(),
                                left.granted(),
                                left.retryAfter())));
    }

    /** Those of a PKCS#10 that is there already are its own. */
    private static Usages usages(Submission submission, Pkcs10 pkcs10, @Nullable SigningRequest request) {
        Generation holder = request == null ? null : request.holderOf(pkcs10.sha256());
        return holder != null && Arrays.equals(holder.sha256(), pkcs10.sha256())
                ? holder.usages()
                : submission.usages();
    }

    /** What stands in the way of policy's word, or that word. */
    private Future<Decision> decide(Asked asked, Decision policys) {
        SigningRequest request = asked.request;
        return requests.findLive(asked.submission.orgId(), asked.pkcs10.sha256())
                .compose(holder -> {
                    if (holder.isPresent()) {
                        return Future.succeededFuture(
                                request != null
                                                && request.id()
                                                        .equals(holder.get().id())
                                        ? again(asked, request, policys)
                                        : known());
                    }
                    if (request != null && policys.holds() && asked.isOfAnotherSigner() && isIssued(request)) {
                        return Future.succeededFuture(
                                of("signer", Refusals.otherSigner(request.signer()), NEW_REQUEST));
                    }
                    return database.inTransaction(tx -> key(tx, asked).map(refused -> refused.orElse(policys)));
                });
    }

    /** The PKCS#10 is the request's own. */
    private static Decision again(Asked asked, SigningRequest request, Decision policys) {
        Generation holder = request.holderOf(asked.pkcs10.sha256());
        boolean another = asked.isOfAnotherSigner();
        if (policys.holds() && another) {
            return of("signer", Refusals.otherSigner(request.signer()), NEW_REQUEST);
        }
        boolean waits = holder.state() == RequestState.PENDING || holder.state() == RequestState.FAILED;
        return waits || another
                ? policys
                : new Decision(
                        Verdict.APPROVE,
                        "settings",
                        "the PKCS#10 is the request's own: its settings change, and nothing is issued",
                        null,
                        asked.pkcs10.subject(),
                        holder.identifiers(),
                        null,
                        List.of());
    }

    private Future<Optional<Decision>> key(SqlConnection tx, Asked asked) {
        SigningRequest request = asked.request;
        byte[] spkiSha256 = asked.pkcs10.spkiSha256();
        boolean keepsKey = request != null && Arrays.equals(request.current().spkiSha256(), spkiSha256);
        return generations.refusal(tx, asked.submission.orgId(), spkiSha256).compose(refusal -> {
            if (Refusals.isRefused(refusal, keepsKey)) {
                return Future.succeededFuture(Optional.of(of("key", Refusals.keyIsRefused(), NEW_KEY)));
            }
            if (request == null || keepsKey && !request.rotation().standing()) {
                return Future.succeededFuture(Optional.empty());
            }
            return generations
                    .lastWithKey(tx, request.id(), spkiSha256)
                    .map(had -> had.map(number -> of("key", Refusals.keyNotRotated(), NEW_KEY)));
        });
    }

    private static boolean isIssued(SigningRequest request) {
        return request.current().state() == RequestState.ISSUED;
    }

    private static Decision known() {
        return Decision.refused("duplicate", "this PKCS#10 is already known", NEW_KEY);
    }

    private static Decision of(String rule, ProblemException refusal, String advice) {
        return Decision.refused(rule, refusal.detail(), advice);
    }

    private static @Nullable String covering(Grants grants, Identifier name) {
        return grants.covering(name).map(NamePattern::toString).orElse(null);
    }
}
