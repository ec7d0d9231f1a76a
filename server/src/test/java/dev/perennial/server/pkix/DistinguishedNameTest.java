package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.pkix.DistinguishedName.Attribute;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a name is shown to who decides about it, and what may be in one that is made here. */
final class DistinguishedNameTest {
    @Test
    void text_letsNoValueLookLikeAnAttributeMore() {
        DistinguishedName name = DistinguishedName.of(List.of(
                new Attribute("CN", "jane, O=admins"), new Attribute("O", " a+b\\"), new Attribute("OU", "#x ")));
        assertThat(name).hasToString("CN=jane\\, O\\=admins, O=\\ a\\+b\\\\, OU=\\#x\\ ");
        assertThat(DistinguishedName.ofCommonName("www.example.com")).hasToString("CN=www.example.com");
    }

    @ParameterizedTest
    @CsvSource({
        "C, DEU",
        "C, D1",
        "serialNumber, a_b",
        "emailAddress, jürgen@example.com",
        "DC, exämple",
        "2.5.4.97, VATDE-1",
        "CN, ''",
    })
    void of_aValueThatMayNotBe_isBad(String type, String value) {
        assertThatThrownBy(() -> DistinguishedName.of(List.of(new Attribute(type, value))))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(type);
    }

    @ParameterizedTest
    @CsvSource({"CN, 64", "O, 64", "OU, 64", "L, 128", "ST, 128", "serialNumber, 64", "UID, 255"})
    void of_aValueThatIsLongerThanItsBound_isBad(String type, int bound) {
        assertThat(DistinguishedName.of(List.of(new Attribute(type, "x".repeat(bound))))
                        .isEmpty())
                .isFalse();
        assertThatThrownBy(() -> DistinguishedName.of(List.of(new Attribute(type, "x".repeat(bound + 1)))))
                .isInstanceOf(ProblemException.class);
    }
}
