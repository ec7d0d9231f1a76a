package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.BadCsrs;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.TestCsrs;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadCsrsTest {
    static List<BadCsrs.Bad> table() {
        return BadCsrs.table();
    }

    @ParameterizedTest
    @MethodSource("table")
    void parsePem_ofBadRequest_isRefusedWithItsProblem(BadCsrs.Bad bad) {
        Throwable thrown = catchThrowable(() -> Pkcs10.parsePem(bad.pem()));

        assertThat(thrown).isInstanceOf(ProblemException.class);
        ProblemException problem = (ProblemException) thrown;
        assertThat(problem.type()).as(problem.detail()).isEqualTo(bad.expected());
        assertThat(problem.detail()).matches("[\\x20-\\x7e§…–]+\\.").hasSizeLessThan(400);
        assertThat(bad.pem().length()).isLessThan(60_000);
    }

    @Test
    void table_hasManyRows_allNamedDifferently() {
        List<BadCsrs.Bad> table = BadCsrs.table();
        assertThat(new HashSet<>(table.stream().map(BadCsrs.Bad::name).toList()))
                .hasSameSizeAs(table);
        assertThat(table).hasSizeGreaterThan(150);
    }

    @Test
    void parsePem_ofPrivateKey_saysSoWithoutRepeatingIt() {
        byte[] pkcs8 = TestCsrs.keyPair().getPrivate().getEncoded();
        Throwable thrown = catchThrowable(() -> Pkcs10.parsePem(Pem.encode("PRIVATE KEY", pkcs8)));
        assertThat(thrown)
                .hasMessageContaining("private key")
                .message()
                .doesNotContain(Base64.getEncoder().encodeToString(pkcs8).substring(0, 8));
    }

    @Test
    void parsePem_beyondTheLimits_isRefused() {
        assertRefused(() -> Pkcs10.parsePem("-----BEGIN CERTIFICATE REQUEST-----\n".repeat(30_000)));
        assertRefused(() -> Pkcs10.parsePem(CsrBuilder.pem(new byte[40_000])));
        assertRefused(() -> Pkcs10.parse(new byte[40_000]));
    }

    /** Whatever happens to its octets, a request is refused as such and never breaks anything. */
    @Test
    void parse_ofRandomlyChangedRequest_isAlwaysAProblem() {
        Random random = new Random(7);
        byte[] good = CsrBuilder.with(TestCsrs.keyPair())
                .subject("CN=www.example.com,O=Example")
                .names("www.example.com", "ip:192.0.2.1", "email:a@example.com", "uri:spiffe://example.com/a")
                .der();
        for (int i = 0; i < 4_000; i++) {
            byte[] changed = good.clone();
            int at = random.nextInt(changed.length);
            changed[at] ^= (byte) (1 + random.nextInt(255));
            if (i % 3 == 0) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            Throwable thrown = catchThrowable(() -> Pkcs10.parse(changed));
            assertThat(thrown).as("octet %d", at).isInstanceOf(ProblemException.class);
        }
    }

    private static void assertRefused(ThrowingCallable call) {
        assertThat(catchThrowable(call)).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type())
                .isEqualTo(ProblemType.BAD_CSR));
    }
}
