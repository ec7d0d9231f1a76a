package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Issuances that the database refuses, as they are written and as late as at their commit. */
class FailingIssuanceIT {
    private static final String FAULT = """
            CREATE OR REPLACE FUNCTION wants_error() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF array_to_string(NEW.identifiers, ' ') LIKE '%.wantserror.test%' THEN
                    RAISE EXCEPTION 'as wanted';
                END IF;
                RETURN NEW;
            END $$
            """;

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1, Duration.ofDays(7));

    /** When the database says no. */
    enum Moment {
        WRITE("CREATE TRIGGER wants_error AFTER INSERT ON generations FOR EACH ROW EXECUTE FUNCTION wants_error()"),
        COMMIT("CREATE CONSTRAINT TRIGGER wants_error AFTER INSERT ON generations DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION wants_error()");

        private final String trigger;

        Moment(String trigger) {
            this.trigger = trigger;
        }
    }

    @AfterEach
    void takeTheFaultAway() {
        run("DROP TRIGGER IF EXISTS wants_error ON generations");
    }

    @ParameterizedTest
    @EnumSource
    void issuanceThatFails_givesItsGrantBack_andHarmsNoNeighbour(Moment moment) {
        run(FAULT);
        run(moment.trigger);
        List<String> bad = new ArrayList<>();
        List<CompletableFuture<Exchange>> failing = new ArrayList<>();
        List<CompletableFuture<Exchange>> neighbours = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            if (i % 10 == 3) {
                String pem = TestCsrs.p256(moment.name().toLowerCase(Locale.ROOT) + i + ".wantserror.test");
                bad.add(pem);
                failing.add(server.administrator().submitAsync(pem));
            }
            String name = "neighbour" + i + "." + moment.name().toLowerCase(Locale.ROOT) + ".test";
            neighbours.add(server.administrator().submitAsync(TestCsrs.p256(name)));
        }

        neighbours.forEach(call -> ApiClient.value(call).expect(201));
        for (CompletableFuture<Exchange> call : failing) {
            Exchange failed = ApiClient.value(call);
            assertThat(failed.status()).isIn(500, 503);
            assertThat(failed.body().toString()).doesNotContain("as wanted");
        }

        takeTheFaultAway();
        bad.forEach(pem -> server.administrator().submit(pem).expect(201));
    }

    private static void run(String sql) {
        Await.value(server.database().pool().query(sql).execute());
    }
}
