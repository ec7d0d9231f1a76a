package dev.perennial.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.model.Role;
import dev.perennial.server.oidc.Algorithm;
import dev.perennial.server.oidc.TrustedIssuer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the configuration file says of issuers, and what is said of its mistakes. */
final class IssuerEntryTest {
    private static final Map<String, String> GOOD = Map.of(
            "issuer", "https://id.example.com/realms/a",
            "audience", "[perennial]",
            "rules", "[{when: {sub: 'x:*'}, roles: [requester], names: ['**.example.com']}]");

    @TempDir
    private Path directory;

    private Settings read(String text) throws IOException {
        return SettingsFile.read(Files.writeString(directory.resolve("perennial.yaml"), text));
    }

    @Test
    void entryOfTheDocumentation_isRead() throws IOException {
        Path ca = Files.writeString(
                directory.resolve("ca.pem"),
                TestCa.root(KeyKind.EC_P256).certificate().pem());
        Settings settings = read("""
                egress: {allow: [10.0.0.0/8, 'fd00::/8']}
                oidc:
                  - issuer: https://kubernetes.default.svc.cluster.local
                    audience: [perennial]
                    jwks_uri: https://10.0.0.1:6443/openid/v1/jwks
                    ca: %s
                    algorithms: [RS256, EdDSA]
                    organisation: default
                    rules:
                      - when: {sub: "system:serviceaccount:prod:*", /kubernetes.io/namespace: prod}
                        roles: [requester, security-administrator]
                        names: ["**.prod.example.com", "user:x"]
                      - when: {protected: true}
                        roles: [reader]
                """.formatted(ca));
        assertThat(settings.reachable()).hasToString("[10.0.0.0/8, fd00::/8]");
        TrustedIssuer issuer = settings.issuers().get(0);
        assertThat(issuer.jwksUri()).hasToString("https://10.0.0.1:6443/openid/v1/jwks");
        assertThat(issuer.roots()).contains("BEGIN CERTIFICATE");
        assertThat(issuer.algorithms()).containsExactly(Algorithm.RS256, Algorithm.EDDSA);
        assertThat(issuer.rules()).hasSize(2);
        assertThat(issuer.rules().get(0).roles())
                .containsExactlyInAnyOrder(Role.REQUESTER, Role.SECURITY_ADMINISTRATOR);
        assertThat(issuer.rules().get(0).names().texts()).containsExactly("**.prod.example.com", "user:x");
        assertThat(issuer.rules().get(1).when().toString()).contains("true");
        assertThat(settings.shared()).isEqualTo(Settings.standard().shared());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            issuer     | -                                          | oidc[0].issuer
            issuer     | http://id.example.com                      | oidc[0].issuer
            issuer     | ldap://id.example.com                      | https URL
            issuer     | https://                                   | oidc[0].issuer
            issuer     | https://u@id.example.com                   | oidc[0].issuer
            issuer     | 'https://id.example.com/#x'                | oidc[0].issuer
            issuer     | 'https://id.example.com/?x'                | no query
            jwks_uri   | http://id.example.com/keys                 | oidc[0].jwks_uri
            audience   | -                                          | oidc[0].audience
            audience   | []                                         | oidc[0].audience
            audience   | ['']                                       | audience
            audience   | [~]                                        | line 3
            algorithms | [none]                                     | there is no none; there are RS256
            algorithms | [HS256]                                    | oidc[0].algorithms
            algorithms | []                                         | oidc[0].algorithms
            ca         | /nowhere/ca.pem                            | oidc[0].ca
            ca         | /etc/hostname                              | no certificates in PEM
            rules      | -                                          | oidc[0].rules
            rules      | []                                         | oidc[0].rules
            rules      | [{roles: [requester]}]                     | oidc[0].rules[0].when
            rules      | [{when: {}, roles: [requester]}]           | oidc[0].rules[0].when
            rules      | [{when: {sub: }, roles: [requester]}]      | line 4
            rules      | [{when: {sub: 'a*b'}, roles: [requester]}] | oidc[0].rules[0].when.sub
            rules      | [{when: {/: a}, roles: [requester]}]       | oidc[0].rules[0].when
            rules      | [{when: {sub: a}}]                         | oidc[0].rules[0].roles
            rules      | [{when: {sub: a}, roles: [root]}]          | there is no role root
            rules      | [{when: {sub: a}, roles: [agent]}]         | oidc[0].rules[0].roles
            rules      | [{when: {sub: a}, roles: [reader], names: ['a.*.b']}] | oidc[0].rules[0].names
            rules      | [{when: {sub: a}, roles: [reader], name: [a]}] | line 4
            """)
    void mistake_isSaidWithItsPlace(String key, String value, String said) {
        StringBuilder text = new StringBuilder("oidc:\n");
        String lead = "  - ";
        for (String each : new String[] {"issuer", "audience", "rules", "jwks_uri", "algorithms", "ca"}) {
            String written = each.equals(key) ? value : GOOD.get(each);
            if (written != null) {
                text.append(lead).append(each).append(": ").append(written).append('\n');
                lead = "    ";
            }
        }
        assertThatThrownBy(() -> read(text.toString()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(said);
    }

    @Test
    void sameIssuerTwice_isAMistake() {
        String entry = "{issuer: https://a.test, audience: [x], rules: [{when: {sub: a}, roles: [reader]}]}";
        assertThatThrownBy(() -> read("oidc: [" + entry + ", " + entry + "]"))
                .hasMessageContaining("oidc[1].issuer: is there twice");
    }
}
