package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** What {@code GET /problems/SLUG} says: the page behind the {@code type} of a problem (RFC 9457 §3.1.1). */
final class ProblemPages {
    private ProblemPages() {}

    static void answer(RoutingContext context) {
        String slug = context.pathParam("slug");
        for (ProblemType type : ProblemType.values()) {
            if (type.slug().equals(slug)) {
                context.response().putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
                Answer.body(
                        context.request(),
                        Buffer.buffer("%s%n%nHTTP status %d, error_code %s%n%n%s%n"
                                .formatted(type.title(), type.status(), type.slug(), meaning(type))));
                return;
            }
        }
        context.fail(ProblemException.of(ProblemType.NOT_FOUND, "there is no problem of that name"));
    }

    private static String meaning(ProblemType type) {
        return switch (type) {
            case MALFORMED ->
                "The path, the query, a header or the body is not what the API describes. The detail says"
                        + " which part and what is expected there.";
            case BAD_CSR -> "The PKCS#10 does not parse, or asks for something that no profile issues.";
            case BAD_PUBLIC_KEY ->
                "The public key is too weak, of a kind that is not taken, or known to be compromised.";
            case BAD_SIGNATURE -> "The PKCS#10 must be signed with the private key that belongs to its public key.";
            case UNKNOWN_SIGNER -> "No signer has that name. The detail names those that there are.";
            case BAD_REVOCATION_REASON -> "The reason is none of RFC 5280, or not one that the caller may give.";
            case UNAUTHENTICATED -> "Send a valid bearer token, or a client certificate that is registered.";
            case UNAUTHORIZED -> "The credential is good, but its holder may not do this.";
            case REJECTED_IDENTIFIER -> "The PKCS#10 asks for names outside the caller's grants. They are listed.";
            case NOT_FOUND -> "Nothing is there, or nothing that the caller may see.";
            case UNKNOWN -> "No such signing request is known. An agent may submit its PKCS#10 again.";
            case WITHDRAWN -> "The signing request was withdrawn for good. It is not to be submitted again by itself.";
            case METHOD_NOT_ALLOWED ->
                "The path exists, but not for this method. The header Allow lists those that work.";
            case NOT_ACCEPTABLE -> "The header Accept leaves out every media type in which the answer can be given.";
            case DUPLICATE ->
                "The very same PKCS#10 was submitted before. The answer says where it is and what to call.";
            case KEY_NOT_ROTATED -> "A new key is asked for, and this key was used before. Make a new key pair.";
            case CONFLICT -> "The object is in a state that does not allow this now.";
            case RETIRED -> "The agent was retired; its credential opens nothing any more.";
            case PRECONDITION_FAILED ->
                "The object changed since the caller read it. Read it again, then decide again.";
            case TOO_LARGE -> "The body is larger than this door takes.";
            case UNSUPPORTED_MEDIA_TYPE -> "Bodies are JSON in UTF-8, not compressed.";
            case RATE_LIMITED ->
                "Too many of these in a while: certificates for the same names, wrong passwords, or what the detail"
                        + " says. The header Retry-After says when the next one is possible.";
            case INTERNAL -> "A mistake on this side. The request's id leads to it in the server's log.";
            case UNAVAILABLE -> "Something the server needs is away for now. Try again after the time in Retry-After.";
        };
    }
}
