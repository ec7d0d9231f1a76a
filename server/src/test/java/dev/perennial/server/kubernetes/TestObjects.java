package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.testing.TestCsrs;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Objects as clients send them and as they are stored, and what to make of them. */
final class TestObjects {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PKCS10 = base64(TestCsrs.p256("www.example.com"));

    private TestObjects() {}

    /** JSON with apostrophes for quotation marks. */
    static ObjectNode object(String json) {
        try {
            return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A sound one. */
    static ObjectNode request() {
        ObjectNode object = object("{'apiVersion': 'certificates.k8s.io/v1', 'kind': 'CertificateSigningRequest',"
                + " 'metadata': {'name': 'Web:1'}, 'spec': {'signerName': 'example.com/web', 'usages': ['server auth'],"
                + " 'expirationSeconds': 600}}");
        object.withObject("/spec").put("request", PKCS10);
        return object;
    }

    /** As it is stored, with labels, a finalizer and these conditions. */
    static ObjectNode stored(String... conditions) {
        ObjectNode object = request();
        object.withObject("/metadata")
                .put("uid", "u1")
                .put("resourceVersion", "7")
                .setAll(object("{'labels': {'a': '1'}, 'finalizers': ['example.com/keep']}"));
        ArrayNode all = object.withObject("/status").putArray("conditions");
        for (String condition : conditions) {
            all.add(object(condition));
        }
        return UpdateStrategy.normal(object);
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** As {@code field reason}, for a table. */
    static List<String> places(List<FieldProblem> causes) {
        return causes.stream()
                .map(cause -> cause.field() + " " + cause.reason().replace("FieldValue", ""))
                .toList();
    }

    static String condition(String type, String more) {
        return "{'type': '" + type + "', 'status': 'True'" + more + "}";
    }
}
