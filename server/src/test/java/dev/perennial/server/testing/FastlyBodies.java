package dev.perennial.server.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.Pem;
import java.security.KeyPair;
import java.util.List;

/** What clients of the Fastly door send. */
public final class FastlyBodies {
    private FastlyBodies() {}

    public static ObjectNode data(String type) {
        ObjectNode body = Bodies.object();
        body.putObject("data").put("type", type).putObject("attributes");
        return body;
    }

    /** With the key of type ECDSA256, which is made fast. */
    public static ObjectNode request(String... names) {
        ObjectNode body = data("csr");
        attributes(body).put("key_type", "ECDSA256").set("sans", Bodies.JSON.valueToTree(List.of(names)));
        return body;
    }

    public static ObjectNode key(KeyPair pair) {
        return key(Pem.encode("PRIVATE KEY", pair.getPrivate().getEncoded()));
    }

    public static ObjectNode key(String pem) {
        ObjectNode body = data("tls_private_key");
        attributes(body).put("key", pem).put("name", "my key");
        return body;
    }

    public static ObjectNode attributes(ObjectNode body) {
        return body.withObject("/data/attributes");
    }
}
