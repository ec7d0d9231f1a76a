package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What one server takes back the other refuses within seconds, whatever becomes of the connection that would tell it: the
 * other one is asked all the time, so that it remembers what it can.
 */
class RevocationAcrossServersIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    /** The processes of PostgreSQL behind the connections that listen, of which the second server's came last. */
    private static int listener;

    @BeforeAll
    static void startTheSecond() {
        List<Integer> firsts = listeners();
        server.second();
        List<Integer> both = new ArrayList<>(listeners());
        both.removeAll(firsts);
        assertThat(both).hasSize(1);
        listener = both.get(0);
    }

    private static List<Integer> listeners() {
        List<Integer> processes = new ArrayList<>();
        for (Row row : Await.value(server.database().query("""
                SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND query IN ('LISTEN perennial_events', 'SELECT 1')
                """, Tuple.tuple()))) {
            processes.add(row.getInteger("pid"));
        }
        return processes;
    }

    /** A token that the second server has in its memory. */
    private record Known(ApiClient elsewhere, String path) {
        static Known made() {
            MadeAccount account = server.account(List.of("reader"));
            Exchange made = server.administrator()
                    .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", account.id())))
                    .expect(201);
            ApiClient elsewhere = server.nobody()
                    .withToken(made.text("/status/token"))
                    .at(server.second().uri());
            Known known = new Known(elsewhere, ApiClient.ACCESS_TOKENS + "/" + made.id());
            assertThat(known.isGood()).isTrue();
            assertThat(known.isGood()).isTrue();
            return known;
        }

        boolean isGood() {
            Exchange answer = elsewhere.get("/v1/me");
            if (answer.status() != 200) {
                answer.expectProblem(401, "unauthenticated");
            }
            return answer.status() == 200;
        }

        /** Takes it back at the first server, which refuses it at once. */
        void takeBack() {
            server.administrator().delete(path).expect(204);
            elsewhere.at(server.uri()).get("/v1/me").expectProblem(401, "unauthenticated");
        }

        void requireRefusedSoon() {
            Until.is(() -> !isGood(), "the other server refuses the token");
            for (int call = 0; call < 5; call++) {
                assertThat(isGood()).isFalse();
            }
        }
    }

    @Test
    void aTokenTakenBack_isRefusedByTheOther() {
        Known known = Known.made();
        known.takeBack();
        known.requireRefusedSoon();
    }

    @Test
    void aTokenTakenBack_whileTheConnectionThatTellsIsCut_isRefusedByTheOther() {
        Known known = Known.made();
        // Cut before the notification could be sent; the server hears of the cut, if of nothing else.
        Await.value(server.database().query("SELECT pg_terminate_backend($1)", Tuple.of(current())));
        known.takeBack();
        known.requireRefusedSoon();
        Until.is(() -> listeners().size() == 2, "both listen again");

        Known later = Known.made();
        later.takeBack();
        later.requireRefusedSoon();
    }

    @Test
    void aTokenTakenBack_whileTheConnectionThatTellsHangs_isRefusedByTheOther() throws Exception {
        assumeThat(server.databaseLog().isOurs()).as("the database runs here").isTrue();
        Known known = Known.made();
        int hanging = current();
        signal("STOP", hanging);
        try {
            known.takeBack();
            // Nothing tells it: not a notification, not the end of the connection.
            known.requireRefusedSoon();
        } finally {
            signal("CONT", hanging);
        }
        Until.is(() -> listeners().stream().anyMatch(one -> one != hanging && one != listener), "it listens again");
    }

    /** The process that the second server is listening with now. */
    private static int current() {
        List<Integer> now = listeners();
        if (!now.contains(listener)) {
            Until.is(() -> listeners().size() == 2, "both listen");
            listener = listeners().stream().mapToInt(Integer::intValue).max().orElseThrow();
        }
        return listener;
    }

    private static void signal(String name, int process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Integer.toString(process))
                        .start()
                        .waitFor())
                .isZero();
    }
}
