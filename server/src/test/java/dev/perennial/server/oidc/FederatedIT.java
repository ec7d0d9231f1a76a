package dev.perennial.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.model.Role;
import dev.perennial.server.db.Database;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestIssuer;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is kept of a caller, and what the configuration of later makes of it. */
final class FederatedIT {
    private static final Rule BY_NAMESPACE =
            OidcFixture.rule(Map.of("/kubernetes.io/namespace", "prod"), "new.example.com", Role.READER);

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private static final TestClock CLOCK = new TestClock();
    private static final TestIssuer ISSUER = TestIssuer.start(CLOCK);

    @AfterAll
    static void stop() {
        ISSUER.close();
    }

    private static void remember(Issuers issuers, Federated caller) {
        Await.value(POSTGRES.database().inTransaction(tx -> issuers.remember(tx, caller)));
    }

    private static Map<String, Federated> callers(Issuers issuers, String... names) {
        return Await.value(POSTGRES.database().inTransaction(tx -> issuers.callers(tx, List.of(names))));
    }

    private static Row row(String name) {
        return Await.value(POSTGRES.database()
                        .pool()
                        .preparedQuery("SELECT claims::text AS claims, seen FROM federated_callers WHERE name = $1")
                        .execute(io.vertx.sqlclient.Tuple.of(name)))
                .iterator()
                .next();
    }

    @Test
    void rememberedCaller_isJudgedByTheRulesOfNow() {
        Issuers before = OidcFixture.issuers(POSTGRES, CLOCK, ISSUER.trusted(OidcFixture.PROD, BY_NAMESPACE));
        Federated caller = Await.value(before.verify(ISSUER.token()
                .claim("sub", "system:serviceaccount:prod:\"; DROP TABLE x; --")
                .signed()));
        remember(before, caller);
        remember(before, caller);

        Federated again = callers(before, caller.name(), "oidc:nobody#x").get(caller.name());
        assertThat(again.roles()).containsExactlyInAnyOrder(Role.REQUESTER, Role.READER);
        assertThat(again.grants().texts()).containsExactly("**.prod.example.com", "new.example.com");
        assertThat(again.subject()).isEqualTo(caller.subject());

        Issuers narrowed = OidcFixture.issuers(POSTGRES, CLOCK, ISSUER.trusted(BY_NAMESPACE));
        assertThat(callers(narrowed, caller.name()).get(caller.name()).grants().texts())
                .containsExactly("new.example.com");
        Issuers other = OidcFixture.issuers(
                POSTGRES,
                CLOCK,
                ISSUER.trusted(OidcFixture.rule(Map.of("/kubernetes.io/namespace", "dev"), "x.test", Role.READER)));
        assertThat(callers(other, caller.name())).isEmpty();
        assertThat(callers(OidcFixture.issuers(POSTGRES, CLOCK), caller.name())).isEmpty();
    }

    @Test
    void onlyWhatTheRulesLookAt_isKept() {
        Issuers issuers = OidcFixture.issuers(POSTGRES, CLOCK, ISSUER.trusted(OidcFixture.PROD));
        Federated caller = Await.value(issuers.verify(ISSUER.token()
                .claim("sub", "system:serviceaccount:prod:kept")
                .claim("email", "secret@example.com")
                .signed()));
        remember(issuers, caller);
        assertThat(row(caller.name()).getString("claims"))
                .isEqualTo("{\"sub\": [\"system:serviceaccount:prod:kept\"]}");
    }

    @Test
    void whomNoRequestBelongsTo_isForgottenAfterADay() {
        Issuers issuers = OidcFixture.issuers(POSTGRES, CLOCK, ISSUER.trusted(OidcFixture.PROD));
        List<Federated> callers = Stream.of("owner", "requester", "nobody", "waiting")
                .map(name -> Await.value(issuers.verify(ISSUER.token()
                        .claim("sub", "system:serviceaccount:prod:needed-" + name)
                        .signed())))
                .toList();
        callers.forEach(caller -> remember(issuers, caller));
        request("kept-owner", callers.get(0).name(), "administrator");
        request("kept-requester", "administrator", callers.get(1).name());
        request("kept-waiting", "administrator", "administrator");
        sql(
                "INSERT INTO generations (request_id, generation, org_id, requester, pkcs10, sha256, spki_sha256,"
                        + " identifiers, state, live, pending_since, created) VALUES ('kept-waiting', 1, 'default', $1, '',"
                        + " '', '', '{}', 'PENDING', true, now(), now())",
                callers.get(3).name());
        Await.value(issuers.dropUnneeded(100));
        assertThat(callers(issuers, names(callers))).hasSize(4);

        CLOCK.advance(Duration.ofHours(25));
        assertThat(Await.value(issuers.dropUnneeded(100))).isPositive();

        assertThat(callers(issuers, names(callers)).keySet())
                .containsExactlyInAnyOrder(
                        callers.get(0).name(),
                        callers.get(1).name(),
                        callers.get(3).name());
    }

    private static String[] names(List<Federated> callers) {
        return callers.stream().map(Federated::name).toArray(String[]::new);
    }

    private static void request(String id, String owner, String requester) {
        sql(
                "INSERT INTO signing_requests (id, org_id, owner, requester, signer, target_issuer, auto_renew,"
                        + " generation, created, updated, position) VALUES ($1, 'default', $2, $3,"
                        + " 'perennial.dev/server', 'perennial.dev/server', false, 1, now(), now(), 1)",
                id,
                owner,
                requester);
    }

    private static void sql(String sql, String... values) {
        Await.value(POSTGRES.database().query(sql, io.vertx.sqlclient.Tuple.from(values)));
    }

    @Test
    void callers_areFoundByTheOneConnectionOfTheTransaction() {
        Database one = Database.open(POSTGRES.vertx(), POSTGRES.uri(), 1);
        OidcFixture.organisation(POSTGRES.database());
        Issuers issuers = OidcFixture.issuers(POSTGRES.vertx(), one, CLOCK, ISSUER.trusted(OidcFixture.PROD));
        Federated caller = Await.value(issuers.verify(
                ISSUER.token().claim("sub", "system:serviceaccount:prod:alone").signed()));
        Await.value(one.inTransaction(tx -> issuers.remember(tx, caller)));
        Issuers cold = OidcFixture.issuers(POSTGRES.vertx(), one, CLOCK, ISSUER.trusted(OidcFixture.PROD));
        Map<String, Federated> found = Await.value(one.inTransaction(tx -> cold.callers(tx, List.of(caller.name()))));
        assertThat(found).containsKey(caller.name());
        Await.value(one.close());
    }

    @Test
    void sameCallerWithinTheHour_isNotWrittenAgain() {
        Issuers issuers = OidcFixture.issuers(
                POSTGRES,
                CLOCK,
                ISSUER.trusted(
                        OidcFixture.PROD, OidcFixture.rule(Map.of("groups", "operators"), "x.test", Role.READER)));
        Federated caller = Await.value(issuers.verify(
                ISSUER.token().claim("sub", "system:serviceaccount:prod:twice").signed()));
        remember(issuers, caller);
        Object first = row(caller.name()).getOffsetDateTime("seen");
        CLOCK.advance(Duration.ofMinutes(10));
        remember(issuers, caller);
        assertThat(row(caller.name()).getOffsetDateTime("seen")).isEqualTo(first);

        Federated changed = Await.value(issuers.verify(ISSUER.token()
                .claim("sub", "system:serviceaccount:prod:twice")
                .claim("groups", List.of())
                .signed()));
        remember(issuers, changed);
        assertThat(row(caller.name()).getOffsetDateTime("seen")).isNotEqualTo(first);
        assertThat(callers(issuers, caller.name()).get(caller.name()).roles()).containsExactly(Role.REQUESTER);
    }
}
