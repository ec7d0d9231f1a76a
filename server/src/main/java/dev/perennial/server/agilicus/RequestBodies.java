package dev.perennial.server.agilicus;

import dev.perennial.model.SigningRequestJson;
import dev.perennial.server.csr.RotationOrder;
import dev.perennial.server.csr.Submission;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.http.Json;
import dev.perennial.server.identity.Caller;
import dev.perennial.server.policy.Usages;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * How the body of a POST or PUT is read. What the server fills in ({@code metadata}, {@code status}) is ignored: clients
 * send back what they got.
 */
final class RequestBodies {
    private static final int LONGEST_TARGET = 1024;
    private static final int LONGEST_UID = 256;
    private static final int LONGEST_REASON = 1024;

    /** @param agentId the agent in the path; null where there is none: an agent's own requests are its own */
    Submission submission(RoutingContext context, @Nullable String agentId) {
        SigningRequestJson body = Json.read(context.body().buffer(), SigningRequestJson.class);
        SigningRequestJson.Spec spec = Required.field("spec", body.spec());
        Caller caller = Credentials.callerOf(context);
        String orgId = Required.text("spec.org_id", spec.orgId(), 64);
        caller.requireOrganisation(orgId);
        return new Submission(
                caller,
                Credentials.causeOf(context),
                orgId,
                caller.kind() == Caller.Kind.AGENT ? caller.id() : agentId,
                Required.field("spec.request", spec.request()),
                Required.optional("spec.target_issuer", spec.targetIssuer(), LONGEST_TARGET),
                Usages.parse("spec.usages", spec.usages()),
                spec.autoRenew() == null || spec.autoRenew(),
                Required.optional("spec.private_key_id", spec.privateKeyId(), LONGEST_UID),
                Required.optionalOrEmpty("spec.uid", spec.uid(), LONGEST_UID),
                rotation(spec),
                null,
                false,
                null);
    }

    private static @Nullable RotationOrder rotation(SigningRequestJson.Spec spec) {
        Boolean wanted = spec.rotateKeys();
        if (wanted == null) {
            return null;
        }
        SigningRequestJson.RotationOrder order = spec.rotation();
        return order == null
                ? new RotationOrder(wanted, null, null)
                : new RotationOrder(
                        wanted,
                        Required.optional("spec.rotation.reason", order.reason(), LONGEST_REASON),
                        order.deadline());
    }
}
