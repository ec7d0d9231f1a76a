package dev.perennial.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.key.KeyType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** F36. */
final class ConfigReaderTest {
    private static final String GOOD = """
            server: https://certs.example.com:8443
            state: state
            certificates:
              - name: web
                dns: [www.example.com, Example.com]
                key: rsa-2048
                install:
                  directory: /etc/ssl/web
                  formats: [pem]
                hooks:
                  deploy: [[systemctl, reload, nginx]]
              - name: db
                dns: ["*.db.example.com"]
                install:
                  directory: /etc/ssl/db
            """;

    @TempDir
    private Path root;

    private AgentConfig read(String text) throws Exception {
        return ConfigReader.read(Files.writeString(root.resolve("agent.yaml"), text));
    }

    @Test
    void goodFile_isReadWhole() throws Exception {
        AgentConfig config = read(GOOD);
        assertThat(config.server()).hasToString("https://certs.example.com:8443");
        assertThat(config.state()).isEqualTo(root.resolve("state"));
        CertificateConfig web = config.certificate("web").orElseThrow();
        assertThat(web.dnsNames()).containsExactly("www.example.com", "example.com");
        assertThat(web.keyType()).isEqualTo(KeyType.RSA_2048);
        assertThat(web.deploy()).containsExactly(List.of("systemctl", "reload", "nginx"));
        assertThat(config.certificate("db").orElseThrow().keyType()).isEqualTo(KeyType.EC_P256);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "server: https | serverr: https | 1 | unknown key 'serverr'",
                "server: https | server: http | 1 | must be https",
                "example.com:8443 | example.com:8443/path | 1 | must be https",
                "state: state | state: [a] | 2 | 'state' must be text",
                "state: state | `state: ` | 2 | 'state' must be text",
                "state: state | certificates: [] | 3 | stands twice",
                "certificates: | certificatez: | 1 | 'certificates' is missing",
                "- name: web | - nmae: web | 4 | 'name' is missing",
                "- name: web | - name: ../web | 4 | must be letters",
                "- name: web | - name: db | 1 | two certificates are called 'db'",
                "dns: [www.example.com, Example.com] | dns: www.example.com | 5 | must be a list",
                "dns: [www.example.com, Example.com] | dns: [] | 4 | at least one name",
                "www.example.com | www_example..com | 4 | not a DNS name",
                "www.example.com | example.com | 4 | stands there twice",
                "key: rsa-2048 | key: rsa-1024 | 4 | none of ec-p256",
                "install: | instal: | 4 | 'install' is missing",
                "directory: /etc/ssl/web | directroy: /etc/ssl/web | 8 | 'directory' is missing",
                "directory: /etc/ssl/web | directory: /etc/ssl/db | 1 | two certificates would be installed",
                "formats: [pem] | formats: [pem, pkcs12] | 8 | must be [pem]",
                "formats: [pem] | owner: root | 9 | unknown key 'owner' in 'install'",
                "formats: [pem] | mode: \"0640\" | 9 | unknown key 'mode' in 'install'",
                "deploy: [[systemctl, reload, nginx]] | deploy: [systemctl] | 11 | must be a list",
                "deploy: [[systemctl, reload, nginx]] | deploy: [[]] | 11 | is empty",
                "deploy: | validate: | 11 | unknown key 'validate' in 'hooks'",
                "hooks: | `  verify: ` | 10 | unknown key 'verify'",
                "Example.com] | Example.com | 6 | expected",
            })
    void wrongFile_isRefusedWithItsLine(String from, String to, int line, String why) {
        assertThat(GOOD).contains(from);
        assertThatThrownBy(() -> read(GOOD.replaceFirst(java.util.regex.Pattern.quote(from), to)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("agent.yaml:" + line + ": ")
                .hasMessageContaining(why);
    }

    @Test
    void missingOrEmptyFile_isRefused() {
        assertThatThrownBy(() -> ConfigReader.read(root.resolve("nowhere.yaml")))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> read("")).hasMessageContaining("empty");
        assertThatThrownBy(() -> read("- a")).hasMessageContaining("must be a mapping");
        assertThatThrownBy(() -> read(GOOD + "---\na: b\n")).isInstanceOf(ConfigException.class);
    }
}
