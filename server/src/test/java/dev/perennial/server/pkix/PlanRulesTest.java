package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perennial.server.pkix.TbsBuilder.Field;
import dev.perennial.server.testing.TestCsrs;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A sound certificate that is not the planned one. */
class PlanRulesTest {
    private static final CertificatePlan PLAN = withPointers(
            TbsBuilder.plan(
                    TbsBuilder.ecKey(),
                    CertificateProfile.server(KeyKind.EC_P256).withPolicies(List.of("1.2.3.4"))),
            new Pointers(
                    URI.create("http://pki.example.com/ca/1.crt"),
                    URI.create("http://pki.example.com/ocsp"),
                    URI.create("http://pki.example.com/ca/1.crl")));

    private static final CertificatePlan AUTHORITY = TbsBuilder.plan(
            TbsBuilder.ecKey(), CertificateProfile.authority(0).withNameConstraints(constraint("example.com")));

    private static final Map<String, byte[]> CASES = cases();

    static Set<String> rules() {
        return CASES.keySet();
    }

    private static Map<String, byte[]> cases() {
        Map<String, byte[]> cases = new LinkedHashMap<>();
        byte[] otherKey = TestCsrs.keyPair().getPublic().getEncoded();
        put(cases, "plan-serial", tbs().set(Field.SERIAL, LintCases.integer("11".repeat(16))));
        put(cases, "plan-algorithm", tbs().set(Field.ALGORITHM, SignatureAlgorithm.ECDSA_SHA384.der()));
        put(
                cases,
                "plan-validity",
                tbs().validity(
                                DerWriter.time(PLAN.validity().notBefore()),
                                DerWriter.time(Instant.parse("2027-01-01T00:00:00Z"))));
        put(
                cases,
                "plan-subject",
                tbs().set(
                                Field.SUBJECT,
                                DistinguishedName.ofCommonName("example.com").der()));
        put(cases, "plan-key", tbs().set(Field.KEY, otherKey));
        put(
                cases,
                "plan-extensions",
                tbs().put(Extension.ISSUER_ALTERNATIVE_NAME, false, DerWriter.sequence(DerWriter.nothing())));
        List<Identifier> names = List.of(Identifier.dns("www.example.com"), Identifier.dns("example.org"));
        put(cases, "plan-names", tbs().put(Extension.SUBJECT_ALTERNATIVE_NAME, false, GeneralNames.write(names)));
        put(cases, "plan-key-usage", tbs().put(Extension.KEY_USAGE, true, LintCases.hex("030206c0")));
        put(
                cases,
                "plan-purposes",
                tbs().put(
                                Extension.EXTENDED_KEY_USAGE,
                                false,
                                LintCases.oids(
                                        ExtendedKeyUsage.SERVER_AUTH.oid(), ExtendedKeyUsage.OCSP_SIGNING.oid())));
        put(
                cases,
                "plan-authority",
                TbsBuilder.of(AUTHORITY).put(Extension.BASIC_CONSTRAINTS, true, LintCases.hex("30060101ff020101")));
        put(
                cases,
                "plan-name-constraints",
                TbsBuilder.of(AUTHORITY)
                        .put(
                                Extension.NAME_CONSTRAINTS,
                                true,
                                constraint("example.org").der()));
        put(cases, "plan-key-identifier", tbs().put(Extension.SUBJECT_KEY_IDENTIFIER, false, LintCases.hex("040101")));
        byte[] policy = DerWriter.sequence(DerWriter.sequence(DerWriter.oid("1.2.3.5")));
        put(cases, "plan-policies", tbs().put(Extension.CERTIFICATE_POLICIES, false, policy));
        TbsBuilder elsewhere = TbsBuilder.of(withPointers(
                PLAN,
                new Pointers(
                        URI.create("http://pki.example.com/ca/1.crt"),
                        URI.create("http://pki.example.org/ocsp"),
                        URI.create("http://pki.example.com/ca/2.crl"))));
        for (String oid : List.of(Extension.AUTHORITY_INFORMATION_ACCESS, Extension.CRL_DISTRIBUTION_POINTS)) {
            String rule = oid.equals(Extension.CRL_DISTRIBUTION_POINTS) ? "plan-crl" : "plan-access";
            put(cases, rule, tbs().put(oid, false, elsewhere.value(oid)));
        }
        return cases;
    }

    private static NameConstraints constraint(String permitted) {
        return NameConstraints.of(List.of("dns:" + permitted), List.of());
    }

    private static void put(Map<String, byte[]> cases, String rule, TbsBuilder tbs) {
        cases.put(rule, tbs.build());
    }

    private static TbsBuilder tbs() {
        return TbsBuilder.of(PLAN);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void check_ofSoundCertificateThatIsNotThePlans_refuses(String rule) {
        CertificatePlan plan = rule.equals("plan-authority") || rule.equals("plan-name-constraints") ? AUTHORITY : PLAN;
        LintException refusal = catchThrowableOfType(
                LintException.class, () -> Lint.check(CASES.get(rule), plan, SignatureAlgorithm.ECDSA_SHA256));
        assertThat(refusal.findings().stream().map(LintFinding::rule)).containsExactly(rule);
    }

    @Test
    void everyRule_hasItsCase() {
        assertThat(CASES.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        PlanRules.ALL.stream().map(LintRule::name).toList());
    }

    @Test
    void check_ofThePlans_passes() {
        for (CertificatePlan plan : List.of(PLAN, AUTHORITY)) {
            assertThatCode(() -> Lint.check(
                            plan.encode(SignatureAlgorithm.ECDSA_SHA256), plan, SignatureAlgorithm.ECDSA_SHA256))
                    .doesNotThrowAnyException();
        }
    }

    private static CertificatePlan withPointers(CertificatePlan plan, Pointers pointers) {
        return new CertificatePlan(
                plan.serial(),
                plan.issuer(),
                plan.validity(),
                plan.subject(),
                plan.identifiers(),
                plan.key(),
                plan.profile(),
                pointers);
    }
}
