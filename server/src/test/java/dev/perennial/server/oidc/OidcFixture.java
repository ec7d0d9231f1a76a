package dev.perennial.server.oidc;

import dev.perennial.model.Role;
import dev.perennial.server.audit.Events;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.Ids;
import dev.perennial.server.egress.AddressRange;
import dev.perennial.server.egress.Egress;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.identity.Organisations;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestIssuer;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Issuers over real HTTPS and a real database. */
final class OidcFixture {
    static final Rule PROD = rule(Map.of("sub", "system:serviceaccount:prod:*"), "**.prod.example.com", Role.REQUESTER);

    private OidcFixture() {}

    static Rule rule(Map<String, String> when, String name, Role... roles) {
        Map<ClaimPath, ClaimPattern> parsed = when.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> new ClaimPath(entry.getKey()), entry -> ClaimPattern.parse(entry.getValue())));
        return new Rule(parsed, Set.copyOf(Arrays.asList(roles)), Grants.parse(List.of(name)));
    }

    static void organisation(Database database) {
        Await.value(database.pool()
                .query("INSERT INTO organisations (id, name, names, created, updated)"
                        + " VALUES ('default', 'default', ARRAY['**'], now(), now()),"
                        + " ('small', 'small', ARRAY['**.prod.example.com'], now(), now()) ON CONFLICT DO NOTHING")
                .execute());
    }

    static Issuers issuers(PostgresExtension postgres, InstantSource clock, TrustedIssuer... trusted) {
        organisation(postgres.database());
        return issuers(postgres.vertx(), postgres.database(), clock, trusted);
    }

    static Issuers issuers(Vertx vertx, Database database, InstantSource clock, TrustedIssuer... trusted) {
        return new Issuers(
                vertx,
                database,
                new Organisations(
                        database, new Events(database), new Ids(new SecureRandom()), clock, Set::of, () -> true),
                new Egress(vertx, List.of(AddressRange.parse("127.0.0.1"))),
                List.of(trusted),
                clock,
                () -> true);
    }

    static Issuers issuers(PostgresExtension postgres, TestClock clock, TestIssuer issuer) {
        return issuers(postgres, clock, issuer.trusted(PROD));
    }
}
