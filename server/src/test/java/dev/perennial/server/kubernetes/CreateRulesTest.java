package dev.perennial.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.TestCsrs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CreateRulesTest {
    private static final String PEM = TestCsrs.p256("www.example.com");
    private static final String LABEL_63 = "a".repeat(63);

    private static List<String> with(String part, String fields) {
        ObjectNode object = TestObjects.request();
        object.withObject("/" + part).setAll(TestObjects.object(fields));
        return TestObjects.places(CreateRules.problems(object));
    }

    private static List<FieldProblem> withRequest(String base64) {
        ObjectNode object = TestObjects.request();
        object.withObject("/spec").put("request", base64);
        return CreateRules.problems(object);
    }

    @Test
    void soundObject_hasNoProblems() {
        assertThat(CreateRules.problems(TestObjects.request())).isEmpty();
    }

    @Test
    void emptyObject_lacksAllThatIsRequired() {
        assertThat(TestObjects.places(CreateRules.problems(TestObjects.object("{}"))))
                .containsExactly(
                        "metadata.name Required",
                        "spec.request Required",
                        "spec.usages Required",
                        "spec.signerName Required");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'usages': []}                                      | spec.usages Required
            {'usages': ['server auth', 'Server Auth']}          | spec.usages[1] NotSupported
            {'usages': ['s/mime', 'any', 's/mime']}             | spec.usages[2] Duplicate
            {'expirationSeconds': 599}                          | spec.expirationSeconds Invalid
            {'expirationSeconds': 2147483648}                   | spec.expirationSeconds Invalid
            {'expirationSeconds': 600.5}                        | spec.expirationSeconds Invalid
            """)
    void spec_isHeldToItsRules(String fields, String problem) {
        assertThat(with("spec", fields)).containsExactly(problem);
    }

    @Test
    void unknownUsage_isAnsweredWithAllThereAre() {
        ObjectNode object = TestObjects.request();
        object.withObject("/spec").putArray("usages").add("sign");
        assertThat(CreateRules.problems(object).get(0).message())
                .startsWith("Unsupported value: \"sign\": supported values: \"any\", \"cert sign\", ")
                .contains("\"s/mime\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com/web", "a.b/c", "example.com/a.b-c.9", "x-1.example.com/long"})
    void signerName_isADomainAndAPath(String name) {
        assertThat(with("spec", "{'signerName': '" + name + "'}")).isEmpty();
    }

    @Test
    void signerName_mayBe571Long() {
        String domain = "a".repeat(61) + "." + LABEL_63 + "." + LABEL_63 + "." + LABEL_63;
        String path = "a".repeat(253) + "." + LABEL_63;
        assertThat(with("spec", "{'signerName': '" + domain + "/" + path + "'}"))
                .isEmpty();
        assertThat(with("spec", "{'signerName': '" + domain + "/" + path + "a'}"))
                .containsExactly("spec.signerName TooLong");
        assertThat(with("spec", "{'signerName': '" + domain + "aaa/a'}")).contains("spec.signerName TooLong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubernetes.io/legacy-unknown",
                "web",
                "a.b/c/d",
                "com/web",
                "Example.com/web",
                "example.com/",
                "/web",
                "example..com/web",
                "example.com/web.",
                "example.com/We",
                "-a.com/web",
                "a-.com/web"
            })
    void signerName_otherwise_isInvalid(String name) {
        assertThat(with("spec", "{'signerName': '" + name + "'}"))
                .isNotEmpty()
                .allMatch(problem -> problem.equals("spec.signerName Invalid"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A:B", "csr-7hx2k", "..a", "with space", "ü"})
    void name_isFree(String name) {
        assertThat(with("metadata", "{'name': '" + name + "'}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "..", "a/b", "100%"})
    void name_thatNoPathCanHave_isInvalid(String name) {
        assertThat(with("metadata", "{'name': '" + name + "'}")).containsExactly("metadata.name Invalid");
    }

    @Test
    void request_mayBeWrappedBase64() {
        String base64 = TestObjects.base64(PEM);
        assertThat(withRequest(base64.substring(0, 60) + "\n" + base64.substring(60) + "\n"))
                .isEmpty();
    }

    @Test
    void request_thatIsNoSingleSoundBlock_isInvalid() {
        List<String> wrong = List.of(
                "not base64",
                TestObjects.base64("no pem"),
                TestObjects.base64(PEM + PEM),
                TestObjects.base64(PEM.replace("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")),
                TestObjects.base64(PEM.replace("CERTIFICATE REQUEST", "CERTIFICATE")),
                TestObjects.base64(Pem.encode(Pem.CERTIFICATE_REQUEST, new byte[] {0x30, 0})));
        assertThat(wrong).allSatisfy(request -> assertThat(TestObjects.places(withRequest(request)))
                .containsExactly("spec.request Invalid"));
    }

    @Test
    void request_signedByAnotherKey_isInvalidAndSaysSo() {
        CsrBuilder csr = CsrBuilder.with(TestCsrs.keyPair()).names("www.example.com");
        byte[] foreign = CsrBuilder.with(TestCsrs.keyPair()).sign(csr.info());
        String pem = Pem.encode(Pem.CERTIFICATE_REQUEST, csr.der(csr.info(), foreign));
        assertThat(withRequest(TestObjects.base64(pem))).singleElement().satisfies(cause -> assertThat(cause.message())
                .contains("not signed with the private key"));
    }

    @Test
    void mastersOfTheCluster_areRestrictedAtThatSignerAlone() {
        String masters =
                TestObjects.base64(TestCsrs.withSubject(TestCsrs.keyPair(), "CN=eve,O=developers,O=system:masters"));
        ObjectNode object = TestObjects.request();
        object.withObject("/spec").put("request", masters);
        assertThat(CreateRules.isRestrictedSubject(object)).isFalse();
        object.withObject("/spec").put("signerName", "kubernetes.io/kube-apiserver-client");
        assertThat(CreateRules.isRestrictedSubject(object)).isTrue();
        object.withObject("/spec").put("request", TestObjects.base64(PEM));
        assertThat(CreateRules.isRestrictedSubject(object)).isFalse();
        object.withObject("/spec").put("request", "?");
        assertThat(CreateRules.isRestrictedSubject(object)).isFalse();
    }
}
