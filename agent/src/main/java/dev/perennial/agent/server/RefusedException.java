package dev.perennial.agent.server;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.json.JsonTree;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;

/** The server's answer is a problem (RFC 9457), or at least not what was asked for. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String slug;
    private final String httpRequest;
    private final String retryAfter;

    private RefusedException(String detail, int status, String slug, String httpRequest, String retryAfter) {
        super(detail);
        this.status = status;
        this.slug = slug;
        this.httpRequest = httpRequest;
        this.retryAfter = retryAfter;
    }

    static RefusedException of(HttpResponse<byte[]> answer) {
        JsonTree problem;
        try {
            problem = Json.tree(answer.body());
        } catch (IOException e) {
            // Something between us and the server answers so; its status is all that there is to tell.
            problem = JsonTree.of(Map.of());
        }
        String detail = problem.text("/detail");
        if (detail.isEmpty()) {
            detail = "the answer to " + answer.request().method() + " "
                    + answer.uri().getPath() + " was no problem document";
        }
        return new RefusedException(
                detail,
                answer.statusCode(),
                problem.text("/error_code"),
                answer.headers().firstValue("X-Request-Id").orElse(""),
                answer.headers().firstValue("Retry-After").orElse(""));
    }

    public int status() {
        return status;
    }

    /** The last part of the problem's type; empty where there is none. */
    public String slug() {
        return slug;
    }

    /** The server's id of the HTTP request, which its log and audit record carry too; empty where it sent none. */
    public String httpRequest() {
        return httpRequest;
    }

    /** What the server said of when to come again; empty where it did not. */
    public String retryAfter() {
        return retryAfter;
    }
}
