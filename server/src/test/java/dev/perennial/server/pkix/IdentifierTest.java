package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {
    @ParameterizedTest
    @CsvSource({
        "dns:WWW.Example.COM, dns:www.example.com",
        "dns:*.Example.com, dns:*.example.com",
        "dns:localhost, dns:localhost",
        "dns:xn--bcher-kva.example, dns:xn--bcher-kva.example",
        "dns:1.2.3.example, dns:1.2.3.example",
        "dns:3com, dns:3com",
        "ip:192.0.2.1, ip:192.0.2.1",
        "ip:2001:DB8:0:0:0:0:0:1, ip:2001:db8::1",
        "ip:2001:db8:0:1:1:1:1:1, ip:2001:db8:0:1:1:1:1:1",
        "ip:2001:0:0:1:0:0:0:1, ip:2001:0:0:1::1",
        "ip:2001:db8:0:0:1:0:0:1, ip:2001:db8::1:0:0:1",
        "ip:0:0:0:0:0:0:0:0, ip:::",
        "ip:::1, ip:::1",
        "ip:1::, ip:1::",
        "email:Jane.Doe@Example.com, email:Jane.Doe@example.com",
        "uri:HTTPS://Example.com/Path?q=1, uri:https://example.com/Path?q=1",
        "uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6, uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    })
    void parse_ofName_bringsItIntoForm(String text, String expected) {
        Identifier identifier = Identifier.parse(text);
        assertThat(identifier).hasToString(expected);
        assertThat(Identifier.parse(expected)).isEqualTo(identifier);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "www.example.com",
                "user:jane",
                "ip:192.0.2",
                "ip:192.0.2.256",
                "ip:192.0.02.1",
                "ip:0300.0.2.1",
                "ip:3221225985",
                "ip:192.0.2.1.",
                "ip:1:2:3:4:5:6:7",
                "ip:1:2:3:4:5:6:7:8:9",
                "ip:1::2::3",
                "ip::::",
                "ip:1:2:3:4:5:6:7::8",
                "ip:12345::",
                "ip:fe80::1%eth0",
                "ip:::ffff:192.0.2.1",
                "ip:::ffff:c000:201",
                "ip:\u0661.2.3.4",
                "ip:",
                "email:a@b@",
                "email:a..b@example.com",
                "email:\u00e9@example.com",
                "uri:https://example.com/%00",
                "uri:https://example.com/./a",
                "uri:https:",
            })
    void parse_ofWhatIsNoName_isRefused(String text) {
        assertThatThrownBy(() -> Identifier.parse(text)).isInstanceOf(ProblemException.class);
    }

    @Test
    void dns_ofLongestName_isTaken() {
        String label = "a".repeat(63);
        String longest = label + "." + label + "." + label + "." + "b".repeat(61);
        assertThat(Identifier.dns(longest).value()).hasSize(253);
        assertThatThrownBy(() -> Identifier.dns(longest + "b")).isInstanceOf(ProblemException.class);
    }

    @Test
    void address_ofIp_isItsOctets() {
        assertThat(Identifier.ip("192.0.2.255").address()).containsExactly(192, 0, 2, 255);
        assertThat(Identifier.ip("2001:db8::1").address())
                .hasSize(16)
                .startsWith(0x20, 0x01)
                .endsWith(0, 1);
    }

    @Test
    void messages_neverCarryControlCharacters() {
        assertThatThrownBy(() -> Identifier.dns("a\r\n\u202eb")).hasMessageContaining("'a\\u{d}\\u{a}\\u{202e}b'");
    }
}
