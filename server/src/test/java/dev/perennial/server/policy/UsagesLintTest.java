package dev.perennial.server.policy;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever usages are asked for: they are refused, or the lint takes the certificate that they make. */
class UsagesLintTest {
    private static final TestCa CA = TestCa.root(KeyKind.EC_P256);
    private static final List<Usage> BITS = bits();

    private static List<Usage> bits() {
        List<Usage> bits = new ArrayList<>();
        for (Usage usage : Usage.values()) {
            if (usage.bit() != null && usage != Usage.SIGNING) {
                bits.add(usage);
            }
        }
        return bits;
    }

    @Test
    void profile_ofEveryCombinationOfBitsWithEachPurpose_isWhatTheLintTakes() {
        List<SubjectPublicKey> keys = List.of(
                SubjectPublicKey.parse(TestCsrs.rsaKeyPair().getPublic().getEncoded()),
                SubjectPublicKey.parse(TestCsrs.keyPair().getPublic().getEncoded()),
                SubjectPublicKey.parse(TestCsrs.ed25519KeyPair().getPublic().getEncoded()));
        for (int combination = 0; combination < 1 << BITS.size(); combination++) {
            for (Usage purpose : Usage.values()) {
                Usages usages = usages(combination, purpose);
                if (purpose.purpose() != null && usages.problem() == null) {
                    keys.forEach(key -> assertThatCode(() -> issue(usages, key))
                            .as("%s for %s", usages, key)
                            .doesNotThrowAnyException());
                }
            }
        }
    }

    private static Usages usages(int combination, Usage purpose) {
        List<Usage> asked = new ArrayList<>();
        for (int i = 0; i < BITS.size(); i++) {
            if ((combination >> i & 1) != 0) {
                asked.add(BITS.get(i));
            }
        }
        asked.add(purpose);
        return new Usages(asked);
    }

    private static void issue(Usages usages, SubjectPublicKey key) {
        CertificatePlan plan = CA.plan(key, "www.example.com");
        CA.issue(new CertificatePlan(
                plan.serial(),
                plan.issuer(),
                plan.validity(),
                plan.subject(),
                plan.identifiers(),
                key,
                usages.profile(key.kind()),
                plan.pointers()));
    }
}
