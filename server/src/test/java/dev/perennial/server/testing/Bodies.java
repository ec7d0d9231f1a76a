package dev.perennial.server.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** What clients of the native API send. */
public final class Bodies {
    static final ObjectMapper JSON = new ObjectMapper();

    private Bodies() {}

    public static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** A signing request of the organisation {@code default}. */
    public static ObjectNode request(String pem) {
        return spec(Map.of("org_id", "default", "request", pem));
    }

    /** The same with one more field in the spec. */
    public static ObjectNode request(String pem, String field, Object value) {
        return with(request(pem), field, value);
    }

    public static ObjectNode with(ObjectNode body, String field, Object value) {
        ((ObjectNode) body.get("spec")).set(field, JSON.valueToTree(value));
        return body;
    }

    public static ObjectNode spec(Map<String, ?> fields) {
        ObjectNode body = object();
        body.set("spec", JSON.valueToTree(fields));
        return body;
    }

    /** An account of that organisation, without a password. */
    public static ObjectNode account(String orgId, String name, List<String> roles, String... names) {
        return spec(Map.of("org_id", orgId, "name", name, "roles", roles, "names", List.of(names)));
    }

    /** A local signer with that profile, of the organisation {@code default}. */
    public static ObjectNode signer(String name, String authorityId, String profile) {
        return spec(Map.of(
                "org_id", "default", "name", name, "ca_id", authorityId, "profile", profile, "validity", "P30D"));
    }

    public static ObjectNode enrolmentToken(String... names) {
        return spec(Map.of("org_id", "default", "names", List.of(names)));
    }

    public static ObjectNode reissue(String requestId, String oldNotAfter) {
        return spec(Map.of("org_id", "default", "csr_id", requestId, "old_not_after", oldNotAfter));
    }

    public static ObjectNode report(String sha256, boolean installed, boolean served) {
        return spec(Map.of("certificate_sha256", sha256, "installed", installed, "served", served));
    }

    public static ObjectNode revocation(String reason) {
        return object().put("reason", reason);
    }
}
