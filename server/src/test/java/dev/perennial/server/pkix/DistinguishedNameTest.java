package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.DistinguishedName.Attribute;
import dev.perennial.server.pkix.TbsBuilder.Field;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a name is shown to who decides about it, and what may be in one that is made here. */
class DistinguishedNameTest {
    @Test
    void text_letsNoValueLookLikeAnAttributeMore() {
        DistinguishedName name = DistinguishedName.of(List.of(
                new Attribute("CN", "jane, O=admins"), new Attribute("O", " a+b\\"), new Attribute("OU", "#x ")));
        assertThat(name).hasToString("CN=jane\\, O\\=admins, O=\\ a\\+b\\\\, OU=\\#x\\ ");
        assertThat(DistinguishedName.ofCommonName("www.example.com")).hasToString("CN=www.example.com");
    }

    @Test
    void of_everyAttributeWithinItsBounds_isWhatTheLintTakes() {
        DistinguishedName name = DistinguishedName.of(List.of(
                new Attribute("C", "CH"),
                new Attribute("DC", "example"),
                new Attribute("DC", "com"),
                new Attribute("ST", "a".repeat(128)),
                new Attribute("L", "Zürich"),
                new Attribute("STREET", "a".repeat(128)),
                new Attribute("O", "a".repeat(64)),
                new Attribute("OU", "one"),
                new Attribute("OU", "two"),
                new Attribute("serialNumber", "1-2 (3)"),
                new Attribute("UID", "a".repeat(255)),
                new Attribute("SN", "Müller"),
                new Attribute("GN", "Anna"),
                new Attribute("emailAddress", "a@example.com"),
                new Attribute("CN", "www.example.com")));
        TbsBuilder tbs = TbsBuilder.server().set(Field.SUBJECT, name.der());
        assertThat(Lint.findings(tbs.build(), tbs.issuer())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "C, 65, 1", "O, 65, 65", "OU, 65, 65", "L, 65, 129", "ST, 65, 129", "serialNumber, 65, 65", "DC, 65, 64",
        "CN, 65, 65", "UID, 65, 256", "C, 49, 2", "C, 233, 2", "serialNumber, 64, 3", "DC, 46, 3",
                "emailAddress, 233, 5"
    })
    void of_whatTheLintWouldRefuse_isABadRequest(String type, int character, int length) {
        List<Attribute> attributes =
                List.of(new Attribute(type, Character.toString(character).repeat(length)));
        assertRefused(attributes);
    }

    @Test
    void of_twoCommonNamesOrCountries_isABadRequest() {
        assertRefused(List.of(new Attribute("CN", "a"), new Attribute("CN", "b")));
        assertRefused(List.of(new Attribute("C", "CH"), new Attribute("C", "CH")));
    }

    private static void assertRefused(List<Attribute> attributes) {
        assertThatThrownBy(() -> DistinguishedName.of(attributes))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.type()).isEqualTo(ProblemType.BAD_CSR));
    }
}
