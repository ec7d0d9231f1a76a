package dev.perennial.server.kubernetes;

import static dev.perennial.server.kubernetes.TestObjects.condition;
import static dev.perennial.server.kubernetes.TestObjects.object;
import static dev.perennial.server.kubernetes.TestObjects.stored;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.testing.TestCa;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UpdateStrategyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.987Z");
    private static final String TIMES =
            ", 'lastUpdateTime': '2026-01-01T00:00:00Z', 'lastTransitionTime': '2026-01-01T00:00:00Z'";
    private static final String APPROVED = condition("Approved", ", 'reason': 'Old'" + TIMES);
    private static final String CHAIN = TestObjects.base64(
            "# a chain\n" + TestCa.root(KeyKind.EC_P256).certificate().pem() + "# its end\n");

    private static ObjectNode merged(Subresource part, ObjectNode old, ObjectNode wanted) {
        return UpdateStrategy.merged(part, old, wanted, NOW);
    }

    /** With these conditions instead of its own. */
    private static ObjectNode with(ObjectNode object, String... conditions) {
        ObjectNode copy = object.deepCopy();
        copy.withObject("/status").putArray("conditions");
        for (String condition : conditions) {
            copy.withObject("/status").withArray("conditions").add(object(condition));
        }
        return copy;
    }

    private static ObjectNode withCertificate(ObjectNode object, String certificate) {
        ObjectNode copy = object.deepCopy();
        copy.withObject("/status").put("certificate", certificate);
        return copy;
    }

    private static List<String> problems(Subresource part, ObjectNode old, ObjectNode wanted) {
        return TestObjects.places(UpdateStrategy.problems(part, old, merged(part, old, wanted)));
    }

    @ParameterizedTest
    @EnumSource
    void sameObject_changesNothing(Subresource part) {
        ObjectNode old = withCertificate(stored(APPROVED), CHAIN);
        ObjectNode wanted = old.deepCopy();
        wanted.withObject("/metadata").putObject("annotations");
        wanted.withObject("/metadata").putArray("ownerReferences");
        wanted.withObject("/metadata").putNull("creationTimestamp");
        ((ObjectNode) wanted.at("/status/conditions/0")).put("message", "").put("unheardOf", "x");
        assertThat(merged(part, old, wanted)).isEqualTo(old);
        assertThat(problems(part, old, wanted)).isEmpty();
    }

    @Test
    void main_changesLabelsAnnotationsAndFinalizersOnly() {
        ObjectNode old = stored(APPROVED);
        ObjectNode wanted = object("{'metadata': {'name': 'other', 'uid': 'x', 'labels': {'b': ''},"
                + " 'annotations': {'c': 'd'}}, 'spec': {'signerName': 'example.com/other'}, 'status': {}}");
        ObjectNode merged = merged(Subresource.MAIN, old, wanted);
        assertThat(merged.path("metadata"))
                .isEqualTo(object("{'name': 'Web:1', 'uid': 'u1', 'resourceVersion': '7', 'labels': {'b': ''},"
                        + " 'annotations': {'c': 'd'}}"));
        assertThat(merged.path("spec")).isEqualTo(old.path("spec"));
        assertThat(merged.path("status")).isEqualTo(old.path("status"));
    }

    /** kubectl 1.20 has no {@code expirationSeconds}: its typed PUT comes without. */
    @Test
    void approval_takesTheConditionsAndLeavesTheRest() {
        ObjectNode old = withCertificate(stored(), CHAIN);
        ObjectNode wanted = with(old, condition("Approved", ", 'reason': 'KubectlApprove'"));
        wanted.withObject("/spec").remove("expirationSeconds");
        wanted.withObject("/status").remove("certificate");
        wanted.remove("metadata");
        ObjectNode merged = merged(Subresource.APPROVAL, old, wanted);
        assertThat(merged.at("/status/conditions/0"))
                .isEqualTo(object("{'type': 'Approved', 'status': 'True', 'reason': 'KubectlApprove',"
                        + " 'lastUpdateTime': '2026-03-01T12:00:00Z', 'lastTransitionTime': '2026-03-01T12:00:00Z'}"));
        assertThat(with(merged)).isEqualTo(with(old));
        assertThat(problems(Subresource.APPROVAL, old, wanted)).isEmpty();
    }

    @Test
    void status_keepsVerdictsOfWhichThereAreAsMany() {
        ObjectNode old = stored(APPROVED);
        ObjectNode wanted = withCertificate(
                with(old, condition("Ready", ""), condition("Approved", ", 'reason': 'Forged'")), CHAIN);
        ObjectNode merged = merged(Subresource.STATUS, old, wanted);
        assertThat(merged.at("/status/conditions/1/reason").asText()).isEqualTo("Old");
        assertThat(merged.at("/status/certificate").asText()).isEqualTo(CHAIN);
        assertThat(problems(Subresource.STATUS, old, wanted)).isEmpty();
    }

    @Test
    void times_areThoseGivenInWholeSecondsOrSinceWhenItIsSo() {
        ObjectNode old = stored(condition("Ready", TIMES));
        ObjectNode wanted = with(
                old,
                condition("Ready", ", 'lastUpdateTime': '2026-02-01T02:00:00.5+02:00'"),
                "{'type': 'Other', 'status': 'False', 'lastTransitionTime': null}");
        JsonNode conditions = merged(Subresource.STATUS, old, wanted).at("/status/conditions");
        assertThat(conditions.at("/0/lastUpdateTime").asText()).isEqualTo("2026-02-01T00:00:00Z");
        assertThat(conditions.at("/0/lastTransitionTime").asText()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(conditions.at("/1/lastTransitionTime").asText()).isEqualTo("2026-03-01T12:00:00Z");

        ObjectNode turned = with(old, "{'type': 'Ready', 'status': 'False'}");
        assertThat(merged(Subresource.STATUS, old, turned)
                        .at("/status/conditions/0/lastTransitionTime")
                        .asText())
                .isEqualTo("2026-03-01T12:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'type': 'Approved', 'status': 'False'}                         | [0].status NotSupported
            {'type': 'Approved', 'status': ''}                              | [0].status Required
            {'type': 'Ready', 'status': 'true'}                             | [0].status NotSupported
            {'status': 'True'}                                              | [0].type Required
            {'type': 'Ready', 'status': 'True', 'lastUpdateTime': 'now'}    | [0].lastUpdateTime Invalid
            """)
    void condition_isHeldToItsRules(String condition, String problem) {
        ObjectNode old = stored();
        assertThat(problems(Subresource.APPROVAL, old, with(old, condition)))
                .containsExactly("status.conditions" + problem);
    }

    @Test
    void verdicts_excludeEachOtherAndStandOnce() {
        ObjectNode old = stored();
        assertThat(problems(
                        Subresource.APPROVAL,
                        old,
                        with(old, condition("Approved", ""), condition("Denied", ""), condition("Approved", ""))))
                .containsExactly(
                        "status.conditions[1].type Invalid",
                        "status.conditions[2].type Invalid",
                        "status.conditions[2].type Duplicate");
    }

    @Test
    void defects_ofTheStoredObject_areLetBe() {
        ObjectNode old = stored(
                condition("Approved", TIMES),
                condition("Denied", TIMES),
                "{'type': 'Failed', 'status': 'False'" + TIMES + "}");
        ObjectNode labelled = old.deepCopy();
        labelled.withObject("/metadata").putObject("labels").put("b", "2");
        assertThat(problems(Subresource.MAIN, old, labelled)).isEmpty();
        assertThat(problems(
                        Subresource.STATUS,
                        old,
                        with(old, condition("Denied", ""), condition("Approved", ""), condition("Failed", ""), "{}")))
                .containsExactly("status.conditions[3].type Required", "status.conditions[3].status Required");
    }

    @ParameterizedTest
    @EnumSource(names = {"APPROVAL", "STATUS"})
    void decisions_areNotTakenBack(Subresource part) {
        ObjectNode old = stored(APPROVED, condition("Failed", TIMES));
        assertThat(problems(part, old, with(old)))
                .containsExactly("status.conditions Forbidden", "status.conditions Forbidden");
    }

    @Test
    void status_addsNoVerdict() {
        ObjectNode old = stored();
        ObjectNode wanted = with(old, condition("Denied", ""));
        assertThat(UpdateStrategy.problems(Subresource.STATUS, old, merged(Subresource.STATUS, old, wanted)))
                .containsExactly(FieldProblem.forbidden(
                        "status.conditions", "updates may not add a condition of type \"Denied\""));
        assertThat(problems(Subresource.STATUS, old, with(old, condition("Failed", ""))))
                .isEmpty();
    }

    @Test
    void certificate_isSetOnceAndStays() {
        ObjectNode old = stored(APPROVED);
        ObjectNode issued = withCertificate(old, CHAIN);
        assertThat(problems(Subresource.STATUS, old, issued)).isEmpty();
        assertThat(merged(Subresource.APPROVAL, old, issued)).isEqualTo(old);
        assertThat(problems(Subresource.STATUS, issued, old)).containsExactly("status.certificate Forbidden");
    }

    @Test
    void certificate_thatCannotBeRead_isInvalid() {
        ObjectNode old = stored(APPROVED);
        String pem = TestCa.root(KeyKind.EC_P256).certificate().pem();
        List<String> wrong = List.of(
                "?",
                TestObjects.base64("text alone"),
                TestObjects.base64(pem + "-----BEGIN CERTIFICATE-----\n"),
                TestObjects.base64(pem.replace("CERTIFICATE", "X509 CRL")),
                TestObjects.base64(pem + pem.replace("CERTIFICATE", "PRIVATE KEY")),
                TestObjects.base64(pem.replace("CERTIFICATE-----\nMI", "CERTIFICATE-----\na: b\n\nMI")),
                TestObjects.base64(pem.replace("\nMI", "\nMM")));
        assertThat(wrong).allSatisfy(certificate -> assertThat(
                        problems(Subresource.STATUS, old, withCertificate(old, certificate)))
                .containsExactly("status.certificate Invalid"));
    }

    @Test
    void normal_keepsEmptyLabelsAndTheThreeParts() {
        assertThat(UpdateStrategy.normal(object("{'metadata': {'labels': {'a': ''}, 'finalizers': []}, 'spec': null,"
                        + " 'status': {'certificate': '', 'conditions': []}}")))
                .isEqualTo(object("{'metadata': {'labels': {'a': ''}}, 'spec': {}, 'status': {}}"));
    }
}
