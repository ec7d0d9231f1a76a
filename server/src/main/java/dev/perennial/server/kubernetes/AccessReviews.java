package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Answer;
import dev.perennial.server.http.Credentials;
import dev.perennial.server.identity.Caller;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

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
        if (!asked.path("group").asText().equals(Group.NAME)) {
            return "there is no such group here";
        }
        String verb = asked.path("verb").asText();
        boolean may =
                switch (asked.path("resource").asText()) {
                    case "signers" -> maySigners(caller, verb);
                    case Group.RESOURCE ->
                        mayObjects(caller, verb, asked.path("subresource").asText());
                    default -> false;
                };
        return may ? "" : "no role and no grant of the caller allows it";
    }

    /** What upstream asks beside the update of a subresource; of one signer it is asked again at each object. */
    private static boolean maySigners(Caller caller, String verb) {
        return switch (verb) {
            case "approve" -> caller.mayDecide();
            case "sign" -> caller.maySign();
            default -> false;
        };
    }

    private static boolean mayObjects(Caller caller, String verb, String subresource) {
        if (!(subresource.isEmpty() ? Group.VERBS : Group.SUBRESOURCE_VERBS).contains(verb)) {
            return false;
        }
        boolean reads = List.of("get", "list", "watch").contains(verb);
        return switch (subresource) {
            case "" -> reads || caller.mayAsk();
            case "approval" -> reads || caller.mayDecide();
            case "status" -> reads || caller.maySign();
            default -> false;
        };
    }
}
