package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pattern of names covers, and what lies within what. */
final class NamePatternTest {

    @ParameterizedTest
    @CsvSource({
        "email:example.com,           email:a@example.com,           true",
        "email:example.com,           email:a@sub.example.com,       false",
        "email:example.com,           email:a@notexample.com,        false",
        "uri:https://a.test/x/,       uri:https://a.test/x/y,        true",
        "uri:https://a.test/x/,       uri:https://a.test/xy,         false",
        "uri:spiffe://trust.test/,    uri:spiffe://trust.test.evil/, false",
        "ip:10.0.0.0/8,               ip:10.255.0.1,                 true",
        "ip:10.0.0.0/8,               ip:11.0.0.1,                   false",
        "ip:2001:db8::/32,            ip:2001:db8:1::1,              true",
        "ip:2001:db8::/32,            ip:2001:db9::1,                false",
        "*.example.com,               dns:xexample.com,              false",
        "**.example.com,              dns:example.com,               false",
        "WWW.Example.com,             dns:www.example.com,           true",
        "user:jane,                   dns:jane,                      false",
    })
    void covers_whatItSays(String pattern, String name, boolean covered) {
        assertThat(NamePattern.parse(pattern).covers(Identifier.parse(name))).isEqualTo(covered);
    }

    @ParameterizedTest
    @CsvSource({
        "www.example.com,  *.example.com,   true",
        "*.example.com,    **.example.com,  true",
        "**.example.com,   *.example.com,   false",
        "**.a.example.com, **.example.com,  true",
        "**.example.com,   **,              true",
        "**,               **.example.com,  false",
        "ip:10.1.0.0/16,   ip:10.0.0.0/8,   true",
        "ip:10.0.0.0/8,    ip:10.1.0.0/16,  false",
        "uri:https://a/b/, uri:https://a/,  true",
        "user:jane,        user:john,       false",
    })
    void isWithin_neverReachesBeyond(String inner, String outer, boolean within) {
        assertThat(NamePattern.parse(inner).isWithin(NamePattern.parse(outer))).isEqualTo(within);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "**.",
                "a*.example.com",
                "*.*.example.com",
                "ip:10.0.0.0/33",
                "ip:x",
                "email:",
                "uri:nothing",
                "user:",
                "dns:",
                "ftp:x",
                "ban\u212A.test"
            })
    void parse_ofNonsense_isMalformed(String text) {
        assertThatThrownBy(() -> NamePattern.parse(text))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(ProblemType.MALFORMED));
    }

    @Test
    void text_isReadBackAsTheSamePattern() {
        for (String text : new String[] {"www.example.com", "*.a.test", "**.a.test", "**", "ip:10.0.0.0/8", "user:x"}) {
            assertThat(NamePattern.parse(NamePattern.parse(text).toString())).isEqualTo(NamePattern.parse(text));
        }
    }
}
