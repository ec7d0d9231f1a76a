package dev.perennial.server.publication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Reliability T21, whatever was done in whatever order, on two servers: the numbers of CRLs only rise, each has a time still
 * to come, what is revoked is on it, and leaves it only after its end or when it is released from hold.
 */
class CrlHistoryIT {
    private static final int BURSTS = Boolean.getBoolean("perennial.long") ? 60 : 4;

    private enum Act {
        ISSUE,
        REVOKE,
        HOLD,
        RELEASE,
        REVOKE_HELD
    }

    /** In any order; one more stays on hold after each. */
    private static final List<Act> EACH_BURST =
            List.of(Act.ISSUE, Act.REVOKE, Act.REVOKE, Act.HOLD, Act.HOLD, Act.HOLD, Act.RELEASE, Act.REVOKE_HELD);

    @RegisterExtension
    static final TestServer server = TestServer.standard()
            .limit(100_000, Duration.ofDays(1))
            .signer("perennial.dev/server", SignerTerms.lasting(Duration.ofDays(2)));

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final List<Tracked> all = new ArrayList<>();
    private final List<PublishedLists> servers = new ArrayList<>();
    private int issued;

    /** One certificate as it should be. */
    static final class Tracked {
        private final String id;
        private final BigInteger serial;
        private final Instant notAfter;
        private boolean held;
        private boolean revoked;

        Tracked(Exchange request) {
            this.id = request.certificateIds().get(0);
            this.serial = new BigInteger(request.text("/status/certificates/0/status/serial_number"), 16);
            this.notAfter = Instant.parse(request.text("/status/certificates/0/status/not_after"));
        }

        BigInteger serial() {
            return serial;
        }

        boolean mayLeave(Instant listMade) {
            return !(held || revoked) || notAfter.isBefore(listMade);
        }

        /** Whether a list of now has to have it, or may not: null where both are right. */
        @Nullable
        Boolean belongs(Instant now) {
            return !(held || revoked) ? Boolean.FALSE : notAfter.isAfter(now) ? Boolean.TRUE : null;
        }
    }

    @Test
    void history_ofAnyKind_isOnTheLists() {
        String issuer = server.authorityId();
        servers.add(
                new PublishedLists(new Publication(server.uri(), server.first().roots()), issuer));
        servers.add(new PublishedLists(
                new Publication(server.second().uri(), server.second().roots()), issuer));
        List<Act> acts = new ArrayList<>(EACH_BURST);
        for (int burst = 0; burst < BURSTS; burst++) {
            Collections.shuffle(acts, random);
            acts.forEach(this::act);
            // Less than a list lasts: what would be asked for later has no time to be made.
            server.clock().advance(Duration.ofHours(random.nextInt(30)));
            for (PublishedLists lists : servers) {
                Until.is(() -> lists.look(all, server.clock().instant()), () -> "the lists agree, seed " + seed);
            }
        }
        assertThat(servers).allSatisfy(lists -> assertThat(lists.seen()).isGreaterThan(1));
    }

    private void act(Act act) {
        Optional<Tracked> onHold = all.stream().filter(one -> one.held).findAny();
        switch (act) {
            case ISSUE -> issueAndTrack();
            case REVOKE -> revoke(issueAndTrack(), "superseded");
            case HOLD -> hold(issueAndTrack());
            case RELEASE -> onHold.ifPresent(this::release);
            case REVOKE_HELD ->
                onHold.ifPresent(one -> {
                    revoke(one, "cessationOfOperation");
                    one.held = false;
                });
        }
    }

    private Tracked issueAndTrack() {
        Tracked made = issue();
        all.add(made);
        return made;
    }

    private Tracked issue() {
        ApiClient api = anyServer();
        String pem = TestCsrs.p256("h" + issued++ + ".crl.test");
        return new Tracked(api.post(ApiClient.REQUESTS, Bodies.request(pem, "auto_renew", false))
                .expect(201));
    }

    private void revoke(Tracked one, String reason) {
        post(one, "revoke", Bodies.revocation(reason).toString());
        one.revoked = true;
    }

    private void hold(Tracked one) {
        post(one, "revoke", Bodies.revocation("certificateHold").toString());
        one.held = true;
    }

    private void release(Tracked one) {
        post(one, "release", Bodies.object().put("reason", "found").toString());
        one.held = false;
    }

    private void post(Tracked one, String verb, String body) {
        anyServer()
                .send("POST", ApiClient.CERTIFICATES + "/" + one.id + "/" + verb, body)
                .expect(200);
    }

    private ApiClient anyServer() {
        ApiClient api = server.administrator();
        return random.nextBoolean() ? api : api.at(server.second().uri());
    }
}
