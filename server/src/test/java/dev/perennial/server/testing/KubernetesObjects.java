package dev.perennial.server.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Objects of the Kubernetes door, and where they are. */
public final class KubernetesObjects {
    public static final String PATH = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    public static final String MERGE = "application/merge-patch+json";

    /** Nobody here serves it. */
    public static final String OUTSIDE = "signers.example.org/outside";

    private KubernetesObjects() {}

    public static String one(String name) {
        return PATH + "/" + name;
    }

    public static ObjectNode object(String name, String signer, String pem) {
        ObjectNode object =
                Bodies.object().put("apiVersion", "certificates.k8s.io/v1").put("kind", "CertificateSigningRequest");
        object.putObject("metadata").put("name", name);
        object.putObject("spec")
                .put("request", base64(pem))
                .put("signerName", signer)
                .putArray("usages")
                .add("digital signature")
                .add("server auth");
        return object;
    }

    /** With one more condition. */
    public static ObjectNode with(JsonNode object, String type) {
        ObjectNode changed = object.deepCopy();
        changed.withObject("/status")
                .withArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", "Tested")
                .put("message", "said by a test");
        return changed;
    }

    public static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }

    public static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.US_ASCII);
    }
}
