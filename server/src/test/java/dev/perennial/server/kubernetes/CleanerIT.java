package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.OUTSIDE;
import static dev.perennial.server.testing.KubernetesObjects.PATH;
import static dev.perennial.server.testing.KubernetesObjects.object;
import static dev.perennial.server.testing.KubernetesObjects.one;
import static dev.perennial.server.testing.KubernetesObjects.with;

import dev.perennial.server.TestServer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is taken away by itself: by two clocks that agree, so the past is made with one that is behind. */
class CleanerIT {
    private static final String SIGNER = "perennial.dev/server";
    private static final Duration LONG_AGO = Duration.ofHours(25);
    private static final Duration RECENTLY = Duration.ofMinutes(50);

    @RegisterExtension
    static final TestServer server =
            TestServer.standard().approval(Approval.PERSON, false).behind(LONG_AGO);

    /** A new one each time: tokens end. */
    private static ApiClient administrator() {
        return server.account(List.of("administrator"), "**").api();
    }

    private static void make(ApiClient caller, String name, String signer) {
        caller.post(PATH, object(name, signer, TestCsrs.p256(name + ".test"))).expect(201);
    }

    private static void approve(ApiClient caller, String name) {
        caller.put(
                        one(name) + "/approval",
                        with(caller.get(one(name)).expect(200).copy(), "Approved"))
                .expect(200);
    }

    @Test
    void whatIsOver_isCleanedAway_andNothingElse() {
        for (String age : List.of("old", "new")) {
            ApiClient administrator = administrator();
            make(administrator, age + "-issued", SIGNER);
            approve(administrator, age + "-issued");
            make(administrator, age + "-undecided", SIGNER);
            make(administrator, age + "-waiting", OUTSIDE);
            approve(administrator, age + "-waiting");
            server.clock().advance(age.equals("old") ? LONG_AGO.minus(RECENTLY) : RECENTLY);
        }
        String fleet = server.administrator()
                .submit(TestCsrs.p256("fleet.test"))
                .expect(201)
                .id();

        ApiClient administrator = administrator();
        for (String gone : List.of("old-issued", "old-undecided")) {
            Until.is(() -> administrator.get(one(gone)).status() == 404, gone + " is cleaned away");
        }
        for (String kept : List.of("old-waiting", "new-issued", "new-undecided", "new-waiting", fleet)) {
            administrator.get(one(kept)).expect(200);
        }
    }
}
