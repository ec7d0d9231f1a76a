package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.server.pkix.LintCases.Case;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LintTest {
    private static final Map<String, Case> CASES = LintCases.all();

    static Set<String> rules() {
        return CASES.keySet();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void findings_ofWhatBreaksOneRule_areThatOne(String rule) {
        Case broken = CASES.get(rule);
        assertThat(Lint.findings(broken.tbs(), broken.issuer()).stream().map(LintFinding::rule))
                .containsExactly(rule);
    }

    @Test
    void everyRule_hasItsCase() {
        assertThat(CASES.keySet()).containsExactlyInAnyOrderElementsOf(ofCertificates());
    }

    @Test
    void rules_areMany_andNamedDifferently() {
        List<String> names = new ArrayList<>(ofCertificates());
        PlanRules.ALL.forEach(rule -> names.add(rule.name()));
        assertThat(new HashSet<>(names)).hasSameSizeAs(names);
        assertThat(names).hasSizeGreaterThan(120).allMatch(name -> name.matches("[a-z0-9]+(-[a-z0-9]+)*"));
    }

    @Test
    void page_listsTheRules() throws IOException {
        List<String> expected = new ArrayList<>();
        expected.add(row(LintRules.NOT_DER));
        expected.add(row(LintRules.NO_FRAME));
        LintRules.OF_CERTIFICATES.forEach(rule -> expected.add(row(rule.finding())));
        PlanRules.ALL.forEach(rule -> expected.add(row(rule.finding())));
        List<String> rows = Files.readAllLines(Path.of("../docs/lint.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .toList();
        assertThat(rows).containsExactlyElementsOf(expected);
    }

    private static String row(LintFinding finding) {
        return "| `" + finding.rule() + "` | " + finding.section() + " | " + finding.found() + " |";
    }

    private static List<String> ofCertificates() {
        return Stream.concat(
                        Stream.of(LintRules.NOT_DER.rule(), LintRules.NO_FRAME.rule()),
                        LintRules.OF_CERTIFICATES.stream().map(LintRule::name))
                .toList();
    }

    @Test
    void findings_ofSeveralMistakes_nameThemAll() {
        TbsBuilder tbs =
                TbsBuilder.server().critical(Extension.KEY_USAGE, false).without(Extension.AUTHORITY_KEY_IDENTIFIER);
        assertThat(Lint.findings(tbs.build(), tbs.issuer()).stream().map(LintFinding::rule))
                .containsExactly("key-usage-critical", "authority-key-missing");
    }

    @Test
    void check_ofWhatBreaksARule_saysWhichAndWhere() {
        CertificatePlan plan = TbsBuilder.plan(TbsBuilder.ecKey(), CertificateProfile.server(KeyKind.EC_P256));
        byte[] tbs = TbsBuilder.of(plan).critical(Extension.KEY_USAGE, false).build();
        assertThatThrownBy(() -> Lint.check(tbs, plan, SignatureAlgorithm.ECDSA_SHA256))
                .isInstanceOf(LintException.class)
                .hasMessage("key-usage-critical: a key usage that is not critical (RFC 5280 §4.2.1.3)");
        assertThatThrownBy(() -> Lint.check(new byte[] {0x30, 0}, plan, SignatureAlgorithm.ECDSA_SHA256))
                .hasMessageContaining("frame");
    }

    /** Whatever octets there are, the lint says what it finds and never breaks. */
    @Test
    void findings_ofRandomlyChangedCertificate_areNeverAnError() {
        Random random = new Random(11);
        List<byte[]> sound = Stream.of(TbsBuilder.server(), TbsBuilder.rsa(), TbsBuilder.ed25519(), TbsBuilder.root())
                .map(TbsBuilder::build)
                .toList();
        CertificatePlan plan = TbsBuilder.plan(TbsBuilder.ecKey(), CertificateProfile.server(KeyKind.EC_P256));
        Issuer issuer = plan.issuer();
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = sound.get(i % sound.size()).clone();
            for (int j = 0; j <= i % 3; j++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            assertThat(Lint.findings(changed, issuer)).isNotNull();
            assertThat(catchThrowable(() -> Lint.check(changed, plan, SignatureAlgorithm.ECDSA_SHA256)))
                    .satisfiesAnyOf(thrown -> assertThat(thrown).isNull(), thrown -> assertThat(thrown)
                            .isInstanceOf(LintException.class));
        }
    }
}
