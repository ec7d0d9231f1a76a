package dev.perennial.server.notary;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.util.UUID;

/** What clients of the Notary door call. */
final class NotaryCalls {
    static final String REQUESTS = "/api/v1/certificate_requests";
    static final String AUTHORITIES = "/api/v1/certificate_authorities";
    static final String ACCOUNTS = "/api/v1/accounts";
    static final String PASSWORD = "correct horse battery";

    private NotaryCalls() {}

    static String request(long number) {
        return REQUESTS + "/" + number;
    }

    static String certificate(long number) {
        return request(number) + "/certificate";
    }

    static String authority(long number) {
        return AUTHORITIES + "/" + number;
    }

    static ObjectNode csr(String pem) {
        return Bodies.object().put("csr", pem);
    }

    static long created(Exchange answer) {
        return answer.expect(201).at("/result/id").asLong();
    }

    static long request(ApiClient by, String... names) {
        return created(by.post(REQUESTS, csr(TestCsrs.p256(names))));
    }

    static ObjectNode signing(long authority) {
        return Bodies.object().put("certificate_authority_id", Long.toString(authority));
    }

    static Exchange sign(ApiClient by, long request, long authority) {
        return by.post(request(request) + "/sign", signing(authority));
    }

    static ObjectNode newAuthority(boolean selfSigned) {
        return Bodies.object().put("self_signed", selfSigned).put("common_name", "CA " + UUID.randomUUID());
    }

    static long authority(ApiClient by, boolean selfSigned) {
        return created(by.post(AUTHORITIES, newAuthority(selfSigned)));
    }

    static String status(ApiClient by, long number) {
        return by.get(request(number)).expect(200).text("/result/status");
    }

    static ObjectNode account(String email, int role) {
        return Bodies.object().put("email", email).put("password", PASSWORD).put("role_id", role);
    }

    static ObjectNode pair(String email, String password) {
        return Bodies.object().put("email", email).put("password", password);
    }

    /** A call without a body. */
    static Exchange post(ApiClient by, String path) {
        return by.send("POST", path, null);
    }
}
