package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/** {@code kubectl auth can-i}: whether the caller may do something with requests at all; each one is asked about again. */
final class AccessReviews {
    static final String KIND = "SelfSubjectAccessReview";
    static final String PATH = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

    void mount(Router router) {
        router.post(PATH).handler(this::review);
    }

    private void review(RoutingContext context) {
        ObjectNode review = Bodies.read(context);
        JsonNode asked = review.path("spec").path("resourceAttributes");
        String reason = refusal(Credentials.callerOf(context), asked);
        review.putObject("status").put("allowed", reason.isEmpty()).put("reason", reason);
        Answer.json(context, 201, review);
    }

    /** Why not; empty where it may. */
    private static String refusal(Caller caller, JsonNode asked) {
        if (!asked.path("group").asText().equals(Group.NAME)
                || !asked.path("resource").asText().equals(Group.RESOURCE)) {
            return "there is no such resource here";
        }
        String verb = asked.path("verb").asText();
        boolean approval = asked.path("subresource").asText().equals("approval");
        if (!(approval ? Group.APPROVAL_VERBS : Group.VERBS).contains(verb)) {
            return "nobody may do this here";
        }
        boolean may =
                switch (verb) {
                    case "update" -> caller.mayDecide();
                    case "delete" -> caller.mayAsk();
                    default -> true;
                };
        return may ? "" : "no role of the caller allows it";
    }
}
