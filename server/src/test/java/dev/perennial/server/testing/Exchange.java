package dev.perennial.server.testing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.X509;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** One answer of the server; {@code body} is a missing node where there is none. */
public record Exchange(String call, int status, HttpHeaders headers, JsonNode body) {

    /** The same, once the status is the one that was hoped for. */
    public Exchange expect(int wanted) {
        if (status != wanted) {
            throw new AssertionError(call + " → " + status + " instead of " + wanted + ": " + body);
        }
        return this;
    }

    /** The same, once it is a problem of that status and slug with a detail. */
    public Exchange expectProblem(int wanted, String slug) {
        expect(wanted);
        if (!slug.equals(problem()) || detail().isBlank()) {
            throw new AssertionError(call + " → " + problem() + " instead of " + slug + ": " + body);
        }
        return this;
    }

    /** The same, once it is a 4xx whose detail helps its reader, and speaks of nothing within the server. */
    public Exchange expectHelp() {
        boolean fromWithin = Stream.of("Exception", "java.", "org.", "jackson").anyMatch(detail()::contains);
        if (status < 400 || status > 499 || detail().length() <= 10 || fromWithin) {
            throw new AssertionError(call + " → " + status + " without help: " + body);
        }
        return this;
    }

    public String problem() {
        return at("/error_code").asText();
    }

    /** The same at the Kubernetes door: the reason of its Status. */
    public String reason() {
        return at("/reason").asText();
    }

    /** The same at the Notary door: its text. */
    public String error() {
        return at("/error").asText();
    }

    public String detail() {
        return at("/detail").asText();
    }

    public JsonNode at(String pointer) {
        return body.at(JsonPointer.compile(pointer));
    }

    public String text(String pointer) {
        JsonNode node = at(pointer);
        if (node.isMissingNode()) {
            throw new AssertionError(call + ": nothing at " + pointer + ": " + body);
        }
        return node.asText();
    }

    public String id() {
        return text("/metadata/id");
    }

    public String state() {
        return text("/status/state");
    }

    public String etag() {
        return header("ETag");
    }

    public String header(String name) {
        return headers.firstValue(name).orElseThrow(() -> new AssertionError(call + ": no header " + name));
    }

    /** The certificates in a request's status, newest last. */
    public List<X509> certificates() {
        List<X509> certificates = new ArrayList<>();
        at("/status/certificates")
                .forEach(one -> certificates.add(
                        X509.parsePem(one.at("/spec/certificate").asText())));
        return certificates;
    }

    public X509 newestCertificate() {
        List<X509> certificates = certificates();
        return certificates.get(certificates.size() - 1);
    }

    public List<String> certificateIds() {
        List<String> ids = new ArrayList<>();
        at("/status/certificates").forEach(one -> ids.add(one.at("/metadata/id").asText()));
        return ids;
    }

    public List<String> texts(String pointer) {
        List<String> texts = new ArrayList<>();
        at(pointer).forEach(one -> texts.add(one.asText()));
        return texts;
    }

    /** The body as something to send back, changed. */
    public ObjectNode copy() {
        return body.deepCopy();
    }
}
