package dev.perennial.server.notary;

import dev.perennial.model.ProblemType;
import dev.perennial.server.http.DoorFailures;
import dev.perennial.server.http.DoorFailures.Said;
import dev.perennial.server.http.Json;
import dev.perennial.server.http.Problems;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;

/**
 * How this door fails: {@code {"error": "text"}}, with upstream's texts where it has one. Where upstream answers 500 to a
 * client's mistake, it is what its later version answers.
 */
final class FailureText {
    private static final Meaning NOT_FOUND = new Meaning(404, "Not Found");

    private final Meaning unauthenticated;
    private final Meaning unknown;

    private record Meaning(int status, String text) {}

    private record Failure(String error) {}

    private FailureText(String unauthenticated, Meaning unknown) {
        this.unauthenticated = new Meaning(401, unauthenticated);
        this.unknown = unknown;
    }

    static DoorFailures standard() {
        return of("Unauthorized", NOT_FOUND);
    }

    /** The same for a wrong name and a wrong password. */
    static DoorFailures ofLogin() {
        return of("The email or password is incorrect", NOT_FOUND);
    }

    /** Below a request that is not there upstream finds the call itself wrong. */
    static DoorFailures ofCertificate() {
        return of("Unauthorized", new Meaning(400, "Bad Request"));
    }

    private static DoorFailures of(String unauthenticated, Meaning unknown) {
        return new DoorFailures(new FailureText(unauthenticated, unknown)::said);
    }

    private Said said(RoutingContext context) {
        ProblemException problem = Problems.problemOf(context);
        Meaning meaning = meaning(problem);
        if (problem.type() == ProblemType.UNAUTHENTICATED) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
        }
        return new Said(meaning.status(), "application/json", Json.write(new Failure(meaning.text())));
    }

    private Meaning meaning(ProblemException problem) {
        String detail = detail(problem);
        return switch (problem.type()) {
            case MALFORMED, BAD_REVOCATION_REASON, UNKNOWN_SIGNER -> new Meaning(400, detail);
            case BAD_CSR, BAD_PUBLIC_KEY, BAD_SIGNATURE -> new Meaning(400, "Invalid request: " + detail);
            case DUPLICATE -> new Meaning(400, "given csr already recorded");
            case UNAUTHENTICATED -> unauthenticated;
            case UNAUTHORIZED, REJECTED_IDENTIFIER, RETIRED -> new Meaning(403, detail);
            case NOT_FOUND, UNKNOWN, WITHDRAWN -> unknown;
            case METHOD_NOT_ALLOWED -> new Meaning(405, "Method Not Allowed");
            case NOT_ACCEPTABLE -> new Meaning(406, "Not Acceptable");
            case PRECONDITION_FAILED -> new Meaning(409, detail);
            case TOO_LARGE -> new Meaning(413, "Request Entity Too Large");
            case UNSUPPORTED_MEDIA_TYPE -> new Meaning(415, detail);
            case CONFLICT, KEY_NOT_ROTATED -> new Meaning(422, detail);
            case RATE_LIMITED -> new Meaning(429, detail);
            case INTERNAL -> new Meaning(500, "Internal Error");
            case UNAVAILABLE -> new Meaning(503, detail);
        };
    }

    /** The rooms name fields as the native API has them, below {@code spec}. */
    private static String detail(ProblemException problem) {
        String detail = problem.detail().replaceFirst("^spec\\.", "");
        return problem.identifiers().isEmpty() ? detail : detail + ": " + String.join(", ", problem.identifiers());
    }
}
