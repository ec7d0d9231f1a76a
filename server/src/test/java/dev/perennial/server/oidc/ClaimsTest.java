package dev.perennial.server.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where claims are found, and what a pattern makes of them. */
final class ClaimsTest {
    private static final ObjectNode CLAIMS =
            StrictJson.object("""
            {"sub": "a", "n": 5, "yes": true, "f": 1.5, "null": null, "list": ["a", 2, null, ["b"], {"c": 1}],
             "realm_access": {"roles": ["x", "y"]}, "a.b": "flat", "a": {"b": "deep"},
             "kubernetes.io": {"namespace": "prod"}, "https://example.com/g": "u", "": "empty",
             "half": "\\ud800", "line": "a\\nb"}
            """.getBytes(StandardCharsets.UTF_8)).orElseThrow();

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            sub                        | a
            n                          | 5
            yes                        | true
            f                          | -
            null                       | -
            list                       | a 2
            list.0                     | a
            realm_access               | -
            realm_access.roles         | x y
            a.b                        | deep
            /a.b                       | flat
            /kubernetes.io/namespace   | prod
            kubernetes.io.namespace    | -
            /https:~1~1example.com~1g  | u
            half                       | -
            line                       | -
            missing                    | -
            """)
    void values(String path, String expected) {
        assertThat(new ClaimPath(path).values(CLAIMS))
                .isEqualTo(expected == null ? List.of() : List.of(expected.split(" ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void path_thatIsEmpty_isRefused(String text) {
        assertThatThrownBy(() -> new ClaimPath(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "a,     a,      true",
        "a,     ab,     false",
        "a,     A,      false",
        "a*,    ab,     true",
        "a*,    a,      false",
        "a*,    ba,     false",
        "*,     x,      true",
        "*,     '',     false",
        "a:b:*, a:b:c,  true",
        "a:b:*, a:bc:d, false"
    })
    void pattern(String pattern, String value, boolean matches) {
        assertThat(ClaimPattern.parse(pattern).matches(value)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*a", "a*b", "**"})
    void pattern_withAStarElsewhere_isRefused(String text) {
        assertThatThrownBy(() -> ClaimPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void noAlgorithm_isSymmetricOrNone() {
        assertThat(Algorithm.of("none")).isEmpty();
        assertThat(Algorithm.of("HS256")).isEmpty();
        assertThat(Algorithm.of("rs256")).isEmpty();
        assertThat(Algorithm.of("EdDSA")).contains(Algorithm.EDDSA);
    }
}
