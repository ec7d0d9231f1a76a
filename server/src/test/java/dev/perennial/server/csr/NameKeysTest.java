package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameKeysTest {
    private static final byte[] KEY = new byte[32];

    @ParameterizedTest
    @ValueSource(
            strings = {
                "www.example.com",
                "a.b",
                "*.eu7.example.com",
                "2001:db8::77",
                "Jane.Doe+x@example.com",
                "spiffe://example.com/ns/A/sa/b",
                "a-name-that-is-longer-than-twelve-parts.of-three-octets.example.com",
                "Jürgen Müller 山田"
            })
    void everyPart_ofAName_hasItsKeysAmongTheNames(String name) {
        for (long number : new long[] {0, 1, 65_535, 65_536, 5_000_000_000L}) {
            int[] keys = NameKeys.of(number, List.of("dns:" + name), name, KEY).toArray();
            for (int start = 0; start < name.length(); start++) {
                for (int end = start + 3; end <= name.length(); end++) {
                    int[] asked = NameKeys.ofPart(number, name.substring(start, end));
                    assertThat(asked).isNotEmpty();
                    assertThat(keys).contains(asked);
                }
            }
            assertThat(keys).contains(NameKeys.whole("dns:" + name), NameKeys.ofCommonName(name), NameKeys.ofKey(KEY));
        }
    }

    @Test
    void parts_doNotHangOnCapitals_butWholeNamesDo() {
        assertThat(NameKeys.ofPart(7, "WWW.Example")).isEqualTo(NameKeys.ofPart(7, "www.example"));
        assertThat(NameKeys.whole("email:Jane@example.com")).isNotEqualTo(NameKeys.whole("email:jane@example.com"));
    }

    @Test
    void segments_areToldApart_andWholeNamesFromParts() {
        int[] first = NameKeys.ofPart(NameKeys.SEGMENT - 1, "example");
        int[] second = NameKeys.ofPart(NameKeys.SEGMENT, "example");

        assertThat(first).doesNotContain(second);
        assertThat(IntStream.concat(Arrays.stream(first), Arrays.stream(second)).filter(key -> key < 0))
                .isEmpty();
        assertThat(NameKeys.whole("dns:example")).isNegative();
    }
}
