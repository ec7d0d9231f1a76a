package dev.perennial.server.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may have which name (reliability T4, T5). */
final class PolicyTest {
    private static final KeyPair KEY_PAIR = TestCsrs.keyPair();
    private static final Set<Identifier> OWN =
            Set.of(Identifier.dns("certs.example.com"), Identifier.dns("localhost"), Identifier.ip("192.0.2.1"));

    private final Policy policy = new Policy(() -> OWN);

    @ParameterizedTest
    @CsvSource({
        "www.example.com,   www.example.com,     grants,      APPROVE",
        "www.example.com,   mail.example.com,    grants,      REFUSE",
        "*.example.com,     mail.example.com,    grants,      APPROVE",
        "*.example.com,     a.mail.example.com,  grants,      REFUSE",
        "*.example.com,     example.com,         grants,      REFUSE",
        "**.example.com,    a.mail.example.com,  grants,      APPROVE",
        "**,                www.example.com,     grants,      APPROVE",
        // What agents take for the server needs a grant of exactly that name, the wildcard over it as well.
        "certs.example.com, certs.example.com,   grants,      APPROVE",
        "*.example.com,     certs.example.com,   own-names,   REFUSE",
        "**,                certs.example.com,   own-names,   REFUSE",
        "*.example.com,     *.example.com,       own-names,   REFUSE",
        "**,                *.example.com,       own-names,   REFUSE",
        "**,                *.certs.example.com, grants,      APPROVE",
        "**,                localhost,           own-names,   REFUSE",
        "**,                ip:192.0.2.1,        own-names,   REFUSE",
        "ip:192.0.2.0/24,   ip:192.0.2.1,        own-names,   REFUSE",
        "ip:192.0.2.0/24,   ip:192.0.2.2,        grants,      APPROVE",
        "**,                email:a@example.com, profile,     REFUSE",
        "**,                uri:https://x.test/, profile,     REFUSE",
    })
    void name_isDecidedByTheCallersGrants(String grant, String name, String rule, Decision.Verdict verdict) {
        Decision decision = decide(agent(grant), Profile.SERVER, "", name);
        assertThat(decision.rule()).isEqualTo(rule);
        assertThat(decision.verdict()).isEqualTo(verdict);
    }

    @Test
    void everyPlaceOfTheOneBadName_isFound() {
        for (int bad = 0; bad < 5; bad++) {
            String[] names = new String[5];
            for (int place = 0; place < names.length; place++) {
                names[place] = "n" + place + (place == bad ? ".other.test" : ".example.com");
            }
            Decision decision = decide(agent("*.example.com"), Profile.SERVER, "", names);
            assertThat(decision.approves()).isFalse();
            assertThat(decision.refused()).containsExactly(Identifier.dns("n" + bad + ".other.test"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "www.example.com, www.example.com, APPROVE",
        "WWW.Example.COM, www.example.com, APPROVE",
        "www.example.org, www.example.com, REFUSE",
        "192.0.2.7,       ip:192.0.2.7,    APPROVE",
        "192.0.2.7,       www.example.com, REFUSE",
        // The Kelvin sign becomes a k when it is made small, and is none.
        "ban\u212A.test,  bank.test,       REFUSE",
    })
    void commonName_mustBeOneOfTheNames(String commonName, String name, Decision.Verdict verdict) {
        Decision decision = decide(agent("**"), Profile.SERVER, "CN=" + commonName, name);
        assertThat(decision.verdict()).isEqualTo(verdict);
        assertThat(decision.rule()).isEqualTo(verdict == Decision.Verdict.APPROVE ? "grants" : "common-name");
    }

    @Test
    void commonNameThatOnlyUnicodeFoldsToAName_isNoName() {
        Decision decision = decide(agent("**"), Profile.SERVER, "CN=ban\u212A.test");
        assertThat(decision.approves()).isFalse();
    }

    @Test
    void clientsCommonName_needsAGrantOfThatUser() {
        assertThat(decide(agent("user:jane"), Profile.CLIENT, "CN=jane").approves())
                .isTrue();
        assertThat(decide(agent("user:jane"), Profile.CLIENT, "CN=john").rule()).isEqualTo("common-name");
        assertThat(decide(agent("**"), Profile.CLIENT, "CN=jane").approves()).isFalse();
    }

    @Test
    void administrator_mayHaveTheServersOwnNames() {
        assertThat(decide(Caller.bootstrap(), Profile.SERVER, "", "certs.example.com", "*.example.com")
                        .approves())
                .isTrue();
    }

    private Decision decide(Caller caller, Profile profile, String subject, String... names) {
        Pkcs10 pkcs10 = Pkcs10.parsePem(TestCsrs.withSubject(KEY_PAIR, subject, names));
        return policy.decide(
                new Question(pkcs10, Usages.none(), caller, profile, Approval.GRANTS, Grants.everything(), false));
    }

    private static Caller agent(String grant) {
        return Caller.agent("agent1", "default", Grants.parse(List.of(grant)));
    }
}
