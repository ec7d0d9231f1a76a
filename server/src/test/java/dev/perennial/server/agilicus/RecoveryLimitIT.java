package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.BoundKeys;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often a recovery may be tried, and what is told of those that were. */
class RecoveryLimitIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().identityValidity(BoundHost.VALIDITY);

    /** All of these tests come from one address. */
    @BeforeEach
    void forgetTries() {
        sql("DELETE FROM recovery_limits");
    }

    @Test
    void triesThatProveNothing_areLimited_andTheWaitIsTruthful() {
        BoundHost host = BoundHost.expired(server);
        BoundHost thief = host.thief();
        for (int tries = 0; tries < 5; tries++) {
            thief.recover().expectProblem(401, "unauthenticated");
        }

        Exchange refused = host.recover().expectProblem(429, "rateLimited");

        long seconds = Long.parseLong(refused.header("Retry-After"));
        assertThat(seconds).isBetween(1L, 720L);
        assertThat(host.audited("refused"))
                .as("a stranger has no row of his own")
                .isZero();
        timePasses(Duration.ofSeconds(seconds));
        host.recover().expect(200);
    }

    @Test
    void triesThatCannotBeRead_areCountedBeforeTheyAreRead() {
        BoundHost host = BoundHost.expired(server);
        ObjectNode order = BoundKeys.recovery(host.boundKey(), host.id(), host.nonce(), TestCsrs.p256("any.test"));
        Bodies.with(order, "request", "no PKCS#10");
        for (int tries = 0; tries < 5; tries++) {
            server.nobody().post(host.path(), order).expectProblem(400, "badCSR");
        }
        server.nobody().post(host.path(), order).expectProblem(429, "rateLimited");
    }

    @Test
    void aSource_isLimited_overAllAgents() {
        BoundHost host = BoundHost.expired(server);
        for (int tries = 0; tries < 60; tries++) {
            BoundHost nobody = new BoundHost(server, "nobody-" + tries, host.boundKey(), host.identity());
            nobody.recover().expectProblem(401, "unauthenticated");
        }

        Exchange refused = host.recover().expectProblem(429, "rateLimited");

        long seconds = Long.parseLong(refused.header("Retry-After"));
        assertThat(seconds).isBetween(1L, 60L);
        timePasses(Duration.ofSeconds(seconds));
        host.recover().expect(200);
    }

    /** What succeeds counts for the agent alone, so that a site behind one address is not held up. */
    @Test
    void recoveriesOfManyAgents_fromOneSource_areAllGranted() {
        List<BoundHost> hosts =
                Stream.generate(() -> BoundHost.enrolled(server)).limit(12).toList();
        BoundHost.letIdentitiesExpire(server);
        for (int time = 0; time < 5; time++) {
            hosts.forEach(host -> host.recover().expect(200));
        }

        hosts.get(0).recover().expectProblem(429, "rateLimited");
        BoundHost.enrolled(server).recover().expectProblem(409, "conflict");
    }

    @Test
    void recoveries_areToldInHealth_andWhatIsOverIsForgotten() {
        sql("UPDATE bound_keys SET recovered = NULL");
        Until.is(() -> health().equals("ok"), "nobody came back within a day");
        BoundHost.expired(server).recover().expect(200);

        Until.is(() -> health().startsWith("1 agents came back"), "health tells of it");
        assertThat(count("SELECT count(*) AS n FROM recovery_nonces")).isPositive();
        server.clock().advance(Duration.ofHours(25));
        Until.is(() -> health().equals("ok"), "after a day it is no news");
        Until.is(() -> count("SELECT count(*) AS n FROM recovery_nonces") == 0, "used nonces are forgotten");
    }

    private static String health() {
        return server.nobody().get("/health").expect(200).text("/checks/recoveries");
    }

    private static void timePasses(Duration time) {
        sql("UPDATE recovery_limits SET arrival = arrival - interval '" + time.toSeconds() + " seconds'");
    }

    private static long count(String sql) {
        return Await.value(server.database().query(sql, Tuple.tuple()))
                .iterator()
                .next()
                .getLong("n");
    }

    private static void sql(String sql) {
        Await.value(server.database().pool().query(sql).execute());
    }
}
