package dev.perennial.server.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.util.concurrent.CompletableFuture;

/** A way to a certificate: what comes before the call that issues it, and how that is answered, once and again. */
enum IssuanceWay {
    SUBMITTED("submit", 0, 201, 409) {
        @Override
        Call prepared(ApiClient api, String name) {
            return new Call("POST", ApiClient.REQUESTS, Bodies.request(TestCsrs.p256(name)));
        }
    },
    APPROVED("approve", 0, 200, 409) {
        @Override
        Call prepared(ApiClient api, String name) {
            String id = api.post(
                            ApiClient.REQUESTS, Bodies.request(TestCsrs.p256(name), "target_issuer", HOLDING_SIGNER))
                    .expect(201)
                    .id();
            return new Call(
                    "POST",
                    ApiClient.REQUESTS + "/" + id + "/approve",
                    Bodies.object().put("reason", "asked by phone"));
        }
    },
    REPLACED("replace", 1, 200, 200) {
        @Override
        Call prepared(ApiClient api, String name) {
            String id = api.submit(TestCsrs.p256(name)).expect(201).id();
            return new Call("PUT", ApiClient.REQUESTS + "/" + id, Bodies.request(TestCsrs.p256(name)));
        }
    },
    REISSUED("reissue", 1, 201, 409) {
        @Override
        Call prepared(ApiClient api, String name) {
            Exchange made = api.submit(TestCsrs.p256(name)).expect(201);
            String notAfter = made.text("/status/certificates/0/status/not_after");
            return new Call("POST", ApiClient.REQUESTS + "/reissue", Bodies.reissue(made.id(), notAfter));
        }
    };

    /** A signer that leaves everything to a person. */
    static final String HOLDING_SIGNER = "example.com/held";

    private final String action;
    private final int certificatesBefore;
    private final int done;
    private final int doneBefore;

    IssuanceWay(String action, int certificatesBefore, int done, int doneBefore) {
        this.action = action;
        this.certificatesBefore = certificatesBefore;
        this.done = done;
        this.doneBefore = doneBefore;
    }

    /** The call of one client; the same when it is sent again. */
    record Call(String method, String path, JsonNode body) {
        CompletableFuture<Exchange> send(ApiClient api) {
            return api.sendAsync(method, path, body.toString());
        }
    }

    /** Does what comes before the call, for a request with that one name. */
    abstract Call prepared(ApiClient api, String name);

    /** As the audit record has it. */
    String action() {
        return action;
    }

    /** A text in the statement with which the certificate goes to the database. */
    String statement() {
        return this == SUBMITTED ? "submit_batch" : "INSERT INTO certificates";
    }

    int certificatesBefore() {
        return certificatesBefore;
    }

    /** The status of the answer; {@code again} where the call was done before. */
    int status(boolean again) {
        return again ? doneBefore : done;
    }
}
