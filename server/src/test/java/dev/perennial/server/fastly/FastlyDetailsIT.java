package dev.perennial.server.fastly;

import static dev.perennial.server.testing.FastlyBodies.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.TestCsrs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client of Fastly's goes on with: links, names in refusals, fields that it leaves empty. */
class FastlyDetailsIT {
    private static final String KEYS = "/tls/private_keys";
    private static final String REQUESTS = "/tls/certificate_signing_requests";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient api = server.accountOf(
                    server.organisation("**.granted.test"), List.of("requester"), "**.granted.test")
            .api();

    private String key() {
        return api.post(KEYS, FastlyBodies.key(TestCsrs.keyPair())).expect(201).text("/data/id");
    }

    private static ObjectNode with(String keyId) {
        ObjectNode request = FastlyBodies.request("a.granted.test");
        attributes(request).remove("key_type");
        attributes(request).put("relationships.tls_private_key.id", keyId);
        return request;
    }

    @Test
    void pages_ofAFilteredList_areLinkedWithTheFilter() {
        List<String> ids = List.of(key(), key(), key());
        api.post(REQUESTS, with(ids.get(1))).expect(201);
        List<String> seen = new ArrayList<>();
        String next = KEYS + "?filter[in_use]=false&page[size]=1";
        while (!next.isEmpty()) {
            Exchange page =
                    api.get(next.replace("[", "%5B").replace("]", "%5D")).expect(200);
            page.at("/data").forEach(one -> seen.add(one.path("id").asText()));
            for (String link : List.of("self", "first", "last")) {
                assertThat(page.text("/links/" + link)).contains("?filter[in_use]=false&page[number]=");
            }
            next = page.at("/links/next").asText("");
        }
        assertThat(seen).containsExactly(ids.get(0), ids.get(2));
    }

    @Test
    void refusalByPolicy_saysWhichNames() {
        ObjectNode request = FastlyBodies.request("a.granted.test", "other.test", "third.test");
        Exchange refused = api.post(REQUESTS, request).expect(403);
        assertThat(refused.text("/detail")).contains("other.test", "third.test").doesNotContain("a.granted.test");
    }

    @Test
    void emptyKeyType_isLeftOut() {
        ObjectNode beside = with(key());
        attributes(beside).put("key_type", "");
        api.post(REQUESTS, beside).expect(201);
        ObjectNode alone = FastlyBodies.request("b.granted.test");
        attributes(alone).put("key_type", "");
        String made = api.post(REQUESTS, alone).expect(201).text("/data/relationships/tls_private_key/data/id");
        assertThat(api.get(KEYS + "/" + made).expect(200).text("/data/attributes/key_type"))
                .isEqualTo("RSA");
        attributes(beside).put("key_type", "RSA2048");
        assertThat(api.post(REQUESTS, beside).expect(400).text("/errors/0/detail"))
                .contains("both specified");
    }
}
