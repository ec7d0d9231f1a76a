package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class X509Test {
    private static final TestCa CA = TestCa.root(KeyKind.EC_P256);

    @Test
    void parseAll_ofChain_keepsItsOrder() {
        SubjectPublicKey key = Pkcs10.parsePem(TestCsrs.p256("www.example.com")).key();
        X509 leaf = CA.issue(CA.plan(key, "www.example.com"));
        assertThat(X509.parseAll(leaf.pem() + "\n" + CA.certificate().pem())).containsExactly(leaf, CA.certificate());
        assertThat(leaf.issuer()).isEqualTo(CA.certificate().subject());
    }

    @Test
    void parse_ofWhatIsNoCertificate_isMalformed() {
        byte[] der = CA.certificate().der();
        for (byte[] bad : new byte[][] {{}, {0x30, 0}, Arrays.copyOf(der, der.length - 1), new byte[70_000]}) {
            assertMalformed(() -> X509.parse(bad));
        }
        assertMalformed(() -> X509.parsePem(""));
        assertMalformed(() -> X509.parsePem(TestCsrs.p256("www.example.com")));
        assertMalformed(() -> X509.parsePem(CA.certificate().pem() + "x"));
    }

    @Test
    void parse_ofRandomlyChangedCertificate_isNeverTakenForSigned() {
        Random random = new Random(3);
        byte[] der = CA.certificate().der();
        for (int i = 0; i < 1_000; i++) {
            byte[] changed = der.clone();
            changed[random.nextInt(der.length)] ^= (byte) (1 + random.nextInt(255));
            try {
                X509 certificate = X509.parse(changed);
                assertThat(certificate.verifiedBy(CA.key().publicKey().publicKey()))
                        .isFalse();
                certificate.identifiers();
            } catch (ProblemException e) {
                assertThat(e.type()).isEqualTo(ProblemType.MALFORMED);
            }
        }
    }

    private static void assertMalformed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type())
                .isEqualTo(ProblemType.MALFORMED));
    }
}
