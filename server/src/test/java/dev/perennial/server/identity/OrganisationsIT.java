package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.Role;
import dev.perennial.server.audit.Cause;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.TestClock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is remembered of organisations, and over which connections they are asked for. */
class OrganisationsIT {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private static final TestClock CLOCK = new TestClock();
    private static final SecureRandom RANDOM = new SecureRandom();

    private static Organisations organisations(Database database, boolean remembers) {
        return new Organisations(database, new Events(database), new Ids(RANDOM), CLOCK, Set::of, () -> remembers);
    }

    private static void names(String... names) {
        Await.value(POSTGRES.database()
                .query(
                        "INSERT INTO organisations (id, name, names, created, updated)"
                                + " VALUES ('default', 'default', $1, now(), now())"
                                + " ON CONFLICT (id) DO UPDATE SET names = EXCLUDED.names",
                        Tuple.of((Object) names)));
    }

    @BeforeEach
    void anything() {
        names("**");
    }

    @Test
    void whatWasReadBeforeItWasForgotten_isNotRemembered() {
        Organisations organisations = organisations(POSTGRES.database(), true);
        Future<Grants> reading = organisations.names("default");
        organisations.forget();
        assertThat(Await.value(reading).texts()).containsExactly("**");

        names("**.narrow.test");

        assertThat(Await.value(organisations.names("default")).texts()).containsExactly("**.narrow.test");
        names("**");
        assertThat(Await.value(organisations.names("default")).texts()).containsExactly("**.narrow.test");
    }

    /** With a second one, as many transactions as there are connections would wait for each other. */
    @Test
    void aTransaction_takesOneConnection_evenWhereNothingIsRemembered() {
        Database one = Database.open(POSTGRES.vertx(), POSTGRES.uri(), 1);
        Organisations organisations = organisations(one, false);
        Passwords passwords = new Passwords(POSTGRES.vertx(), one, RANDOM, CLOCK, () -> false);
        Accounts accounts =
                new Accounts(one, organisations, passwords, new Events(one), new Ids(RANDOM), CLOCK, () -> {});
        Cause cause = new Cause("administrator", "test", "test");
        Accounts.Wanted wanted =
                new Accounts.Wanted("one", List.of(Role.REQUESTER.word()), List.of("a.one.test"), List.of(), null);
        Account made = Await.value(accounts.make(Caller.bootstrap(), cause, "default", wanted, null));
        Accounts.Wanted more =
                new Accounts.Wanted("one", List.of(Role.REQUESTER.word()), List.of("b.one.test"), List.of(), null);

        assertThat(Await.value(accounts.change(Caller.bootstrap(), cause, made.id(), more, seen -> {}))
                        .names())
                .containsExactly("b.one.test");
        Await.value(one.close());
    }
}
