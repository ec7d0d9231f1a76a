package dev.perennial.server.kubernetes;

import static dev.perennial.server.kubernetes.TestObjects.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownFieldsTest {
    @Test
    void soundObject_isOfTheSchema() {
        ObjectNode object = TestObjects.stored(TestObjects.condition("Approved", ", 'message': null"));
        object.withObject("/metadata")
                .setAll(object("{'annotations': {'any/key': 'x'}, 'creationTimestamp': '2026-01-01T00:00:00.5+01:00',"
                        + " 'generation': 1, 'ownerReferences': [{'uid': '1', 'controller': true}],"
                        + " 'managedFields': [{'manager': 'kubectl', 'fieldsV1': {'f:spec': {'f:x': {}}}}]}"));
        object.withObject("/spec").setAll(object("{'extra': {'key': ['a']}, 'groups': null}"));
        assertThat(KnownFields.unknown(object)).isEmpty();
        assertThat(KnownFields.wrongType(object)).isNull();
    }

    @Test
    void unknownFields_areNamedByTheirPathsSorted() {
        assertThat(KnownFields.unknown(object("{'spec': {'x': 1, 'usages': [{'odd': 1}]}, 'metadata': {'Name': 'n'},"
                        + " 'status': {'conditions': [{'type': 'A'}, {'lastHeartbeat': 'x'}]}, 'data': {'y': 1}}")))
                .containsExactly("data", "metadata.Name", "spec.x", "status.conditions[1].lastHeartbeat");
    }

    @Test
    void unknownFields_areSaidUpToAHundred() {
        ObjectNode object = object("{}");
        for (int i = 0; i < 5_000; i++) {
            object.put("x" + i, i);
        }
        assertThat(KnownFields.unknown(object)).hasSize(100).startsWith("x0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'spec': {'usages': 'any'}}                             | spec.usages: an array of strings is expected
            {'spec': {'usages': ['any', 1]}}                        | spec.usages: an array of strings is expected
            {'spec': {'usages': [null]}}                            | spec.usages: an array of strings is expected
            {'spec': {'expirationSeconds': '600'}}                  | spec.expirationSeconds: an integer of 32 bits is expected
            {'spec': {'expirationSeconds': 2147483648}}             | spec.expirationSeconds: an integer of 32 bits is expected
            {'spec': {'extra': {'a': 'b'}}}                         | spec.extra.a: an array of strings is expected
            {'spec': {'extra': []}}                                 | spec.extra: a map of arrays of strings is expected
            {'spec': 1}                                             | spec: an object is expected
            {'metadata': {'labels': {'a': 1}}}                      | metadata.labels.a: a string is expected
            {'metadata': {'labels': 'a'}}                           | metadata.labels: a map of strings is expected
            {'metadata': {'resourceVersion': 7}}                    | metadata.resourceVersion: a string is expected
            {'status': {'conditions': {}}}                          | status.conditions: an array of objects is expected
            {'status': {'conditions': [1]}}                         | status.conditions[0]: an object is expected
            {'status': {'conditions': [{'lastUpdateTime': 'now'}]}} | status.conditions[0].lastUpdateTime: a time of RFC 3339 is expected
            {'status': {'conditions': [{'lastUpdateTime': '2026-02-30T00:00:00Z'}]}} | status.conditions[0].lastUpdateTime: a time of RFC 3339 is expected
            """)
    void wrongType_isSaidWithWhatIsExpected(String object, String message) {
        assertThat(KnownFields.wrongType(object(object))).isEqualTo(message);
    }

    @Test
    void anyObject_isToldOfWithoutFailing() {
        for (ObjectNode odd : OddObjects.all()) {
            assertThat(KnownFields.unknown(odd)).hasSizeLessThanOrEqualTo(100);
            String wrong = KnownFields.wrongType(odd);
            assertThat(wrong == null || wrong.endsWith(" is expected")).isTrue();
            assertThat(CreateRules.problems(odd)).doesNotContainNull();
            assertThat(CreateRules.isRestrictedSubject(odd)).isFalse();
        }
    }

    /** Of the wrong types too: what is not asked first must still not fail. */
    @Test
    void anyUpdate_comesToAnObjectOfThreeParts() {
        ObjectNode old = TestObjects.stored(TestObjects.condition("Approved", ""));
        for (ObjectNode odd : OddObjects.all()) {
            for (Subresource part : Subresource.values()) {
                ObjectNode merged = UpdateStrategy.merged(part, old, odd, Instant.EPOCH);
                assertThat(merged.path("metadata").path("name").asText()).isEqualTo("Web:1");
                assertThat(merged.path("spec")).isEqualTo(old.path("spec"));
                assertThat(UpdateStrategy.problems(part, old, merged)).doesNotContainNull();
                assertThat(UpdateStrategy.problems(part, odd, UpdateStrategy.merged(part, odd, old, Instant.EPOCH)))
                        .doesNotContainNull();
                assertThat(UpdateStrategy.normal(merged)).isEqualTo(merged);
            }
        }
    }
}
