package dev.perennial.server.fastly;

import static dev.perennial.server.testing.FastlyBodies.attributes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.Golden;
import dev.perennial.server.testing.TestCsrs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The bodies that the page and the contract describe, each error state of the page among them, as golden files. */
class FastlySamplesIT {
    private static final String REQUESTS = "/tls/certificate_signing_requests";
    private static final String KEYS = "/tls/private_keys";
    private static final String NO_KEY = "0123456789012345678901";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient api = server.accountOf(server.organisation("**"), List.of("requester"), "**")
            .api();

    private static void check(String name, Exchange answer) {
        Golden.check("fastly/" + name, answer.body());
    }

    private static ObjectNode withKey(ObjectNode request, String keyId) {
        attributes(request).put("relationships.tls_private_key.id", keyId);
        return request;
    }

    @Test
    void request_isMade() {
        check("created", api.post(REQUESTS, FastlyBodies.request("sample.test")).expect(201));
    }

    @Test
    void errorStates_areThoseOfThePage() {
        ObjectNode withoutSans = FastlyBodies.request();
        attributes(withoutSans).remove("sans");
        check("sans-missing", api.post(REQUESTS, withoutSans).expect(400));
        check("sans-empty", api.post(REQUESTS, FastlyBodies.request()).expect(400));

        ObjectNode otherType = FastlyBodies.request("a.test");
        attributes(otherType).put("key_type", "RSA4096");
        check("key-type-unknown", api.post(REQUESTS, otherType).expect(400));

        ObjectNode both = withKey(FastlyBodies.request("a.test"), NO_KEY);
        check("key-and-key-type", api.post(REQUESTS, both).expect(400));

        attributes(both).remove("key_type");
        check("key-not-found", api.post(REQUESTS, both).expect(404));
    }

    @Test
    void credentials_areRefusedAsItsGatewayDoes() {
        check(
                "unauthorized",
                server.nobody().post(REQUESTS, FastlyBodies.request("a.test")).expect(401));
        ApiClient reader = server.account(List.of("reader"), "**").api();
        check("forbidden", reader.post(REQUESTS, FastlyBodies.request("a.test")).expect(403));
    }

    @Test
    void keys_areMade_shown_andListed() {
        Exchange made = api.post(KEYS, FastlyBodies.key(TestCsrs.keyPair())).expect(201);
        check("key", made);
        check("key", api.get(KEYS + "/" + made.text("/data/id")).expect(200));
        api.post(KEYS, FastlyBodies.key(TestCsrs.rsaKeyPair())).expect(201);
        check("key-list", api.get(KEYS).expect(200));
        check("key-list-part", api.get(KEYS + "?page%5Bsize%5D=1").expect(200));
    }
}
