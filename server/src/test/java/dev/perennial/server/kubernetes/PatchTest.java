package dev.perennial.server.kubernetes;

import static dev.perennial.server.kubernetes.TestObjects.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatchTest {
    static final List<String> TYPES = Patch.TYPES;

    private static final String STORED = "{'metadata': {'name': 'n', 'labels': {'a': '1'}, 'finalizers': ['x/f'],"
            + " 'ownerReferences': [{'uid': '1', 'name': 'o', 'kind': 'K'}]}, 'spec': {'usages': ['any', 'signing']},"
            + " 'status': {'conditions': [{'type': 'Approved', 'status': 'True', 'reason': 'R'}]}}";

    private static ObjectNode apply(String mediaType, String body) {
        ObjectNode stored = object(STORED);
        ObjectNode patched =
                Patch.apply(mediaType, stored, body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        assertThat(stored).as("the one that was given").isEqualTo(object(STORED));
        return patched;
    }

    private static void assertPatched(String mediaType, String body, String pointer, String expected) {
        assertThat(apply(mediaType, body).at(pointer))
                .isEqualTo(object("{'value': " + expected + "}").path("value"));
    }

    private static void assertRefused(String mediaType, String body, ProblemType type) {
        assertThatThrownBy(() -> apply(mediaType, body))
                .as(body.substring(0, Math.min(100, body.length())))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(type));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [{'op': 'add', 'path': '/metadata/labels/b~1c', 'value': '2'}]          | {'a': '1', 'b/c': '2'}
            [{'op': 'remove', 'path': '/metadata/labels/a'}]                        | {}
            [{'op': 'replace', 'path': '/metadata/labels', 'value': {'z': ''}}]     | {'z': ''}
            [{'op': 'copy', 'from': '/metadata/name', 'path': '/metadata/labels/b'}, \
             {'op': 'test', 'path': '/metadata/labels/b', 'value': 'n'}, \
             {'op': 'move', 'from': '/metadata/labels/b', 'path': '/metadata/labels/c'}]  | {'a': '1', 'c': 'n'}
            []                                                                      | {'a': '1'}
            """)
    void jsonPatch_doesItsOperationsInOrder(String patch, String labels) {
        assertPatched(Patch.JSON_PATCH, patch, "/metadata/labels", labels);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'path': '/metadata/name', 'value': 'm'", "{'path': '/spec/none', 'value': 1"})
    void jsonPatch_whoseTestFails_isInvalid(String test) {
        assertThatThrownBy(() -> apply(Patch.JSON_PATCH, "[" + test + ", 'op': 'test'}]"))
                .isInstanceOfSatisfying(InvalidObjectException.class, invalid -> assertThat(invalid.name())
                        .isEqualTo("n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[1]",
                "[{}]",
                "[{'op': 'ADD', 'path': '/a', 'value': 1}]",
                "[{'op': 'add', 'path': '/a'}]",
                "[{'op': 'add', 'path': 1, 'value': 1}]",
                "[{'op': 'add', 'path': 'a', 'value': 1}]",
                "[{'op': 'add', 'path': '/a~', 'value': 1}]",
                "[{'op': 'add', 'path': '/none/a', 'value': 1}]",
                "[{'op': 'add', 'path': '/spec/usages/x', 'value': 1}]",
                "[{'op': 'add', 'path': '/spec/usages/3', 'value': 1}]",
                "[{'op': 'add', 'path': '/spec/usages/99999999999', 'value': 1}]",
                "[{'op': 'replace', 'path': '/spec/usages/-', 'value': 1}]",
                "[{'op': 'replace', 'path': '/spec/none', 'value': 1}]",
                "[{'op': 'remove', 'path': '/spec/usages/-'}]",
                "[{'op': 'remove', 'path': '/spec/none'}]",
                "[{'op': 'remove', 'path': ''}]",
                "[{'op': 'replace', 'path': '', 'value': []}]",
                "[{'op': 'replace', 'path': '', 'value': null}, {'op': 'add', 'path': '/a', 'value': 1}]",
                "[{'op': 'move', 'from': '/spec', 'path': '/spec/a'}]",
                "[{'op': 'move', 'from': '', 'path': '/spec'}]",
                "[{'op': 'copy', 'path': '/a'}]"
            })
    void jsonPatch_thatIsNoneOrDoesNotFit_isMalformed(String patch) {
        assertRefused(Patch.JSON_PATCH, patch, ProblemType.MALFORMED);
    }

    @Test
    void jsonPatch_isBounded() {
        String test = "{'op': 'test', 'path': '/metadata/name', 'value': 'n'},";
        assertThat(apply(Patch.JSON_PATCH, "[" + test.repeat(9_999) + test.replace("},", "}]")))
                .isEqualTo(object(STORED));
        assertRefused(Patch.JSON_PATCH, "[" + test.repeat(10_000) + test.replace("},", "}]"), ProblemType.TOO_LARGE);
    }

    @Test
    void jsonPatch_copiesNoObjectIntoTheMillions() {
        String twice = "{'op': 'copy', 'from': '/spec', 'path': '/spec/a'}, {'op': 'copy', 'from': '/spec', 'path':"
                + " '/spec/b'},";
        assertRefused(
                Patch.JSON_PATCH, "[" + twice.repeat(40) + "{'op': 'remove', 'path': '/spec'}]", ProblemType.TOO_LARGE);
        String deeper = "{'op': 'copy', 'from': '/status', 'path': '/status/a'},";
        assertRefused(
                Patch.JSON_PATCH,
                "[" + deeper.repeat(90) + "{'op': 'remove', 'path': '/status'}]",
                ProblemType.MALFORMED);
    }

    /** RFC 7396, appendix A, as far as it is about objects. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'metadata': {'labels': {'a': null, 'b': '2'}}} | /metadata/labels | {'b': '2'}
            {'metadata': {'labels': null}}                  | /metadata        | {'name': 'n', 'finalizers': ['x/f'], \
            'ownerReferences': [{'uid': '1', 'name': 'o', 'kind': 'K'}]}
            {'spec': {'usages': ['any', null]}}             | /spec/usages     | ['any', null]
            {'spec': {'usages': {'a': {'b': null}}}}        | /spec/usages     | {'a': {}}
            {'status': 'x'}                                 | /status          | 'x'
            """)
    void mergePatch_mergesObjectsAlone(String patch, String pointer, String expected) {
        assertPatched(Patch.MERGE_PATCH, patch, pointer, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'metadata': {'labels': {'a': null, 'b': '2'}}}                      | /metadata/labels     | {'b': '2'}
            {'metadata': {'labels': {'$patch': 'replace', 'b': '2'}}}            | /metadata/labels     | {'b': '2'}
            {'metadata': {'labels': {'$patch': 'delete'}}}                       | /metadata/labels     | {}
            {'metadata': {'labels': {'$patch': 'merge', 'b': '2'}}}              | /metadata/labels     | {'a': '1', 'b': '2'}
            {'metadata': {'labels': {'$retainKeys': ['b'], 'b': '2'}}}           | /metadata/labels     | {'b': '2'}
            {'metadata': {'finalizers': ['y/g', 'x/f']}}                         | /metadata/finalizers | ['x/f', 'y/g']
            {'metadata': {'$deleteFromPrimitiveList/finalizers': ['x/f']}}       | /metadata/finalizers | []
            {'metadata': {'$setElementOrder/finalizers': ['y/g'], 'finalizers': ['y/g']}} | /metadata/finalizers | ['x/f', 'y/g']
            {'metadata': {'finalizers': [{'$patch': 'replace'}, 'y/g']}}         | /metadata/finalizers | ['y/g']
            {'metadata': {'ownerReferences': [{'uid': '1', 'kind': 'L'}, {'uid': '2'}]}} | /metadata/ownerReferences | [{'uid': '1', 'name': 'o', 'kind': 'L'}, {'uid': '2'}]
            {'metadata': {'ownerReferences': [{'uid': '1', '$patch': 'delete'}]}} | /metadata/ownerReferences | []
            {'spec': {'usages': ['any']}}                                        | /spec/usages         | ['any']
            {'status': {'conditions': [{'type': 'Failed', 'status': 'True'}]}}   | /status/conditions   | [{'type': 'Failed', 'status': 'True'}]
            {'spec': {'extra': {'k': ['v'], 'n': null}}}                         | /spec/extra          | {'k': ['v']}
            """)
    void strategicMerge_mergesByTheType(String patch, String pointer, String expected) {
        assertPatched(Patch.STRATEGIC_MERGE_PATCH, patch, pointer, expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "'x'",
                "{'spec': {'$patch': 'destroy'}}",
                "{'spec': {'$patch': {}}}",
                "{'metadata': {'labels': {'$retainKeys': ['b'], 'c': '2'}}}",
                "{'metadata': {'ownerReferences': [{'name': 'o'}]}}",
                "{'metadata': {'ownerReferences': ['o']}}"
            })
    void strategicMerge_thatCannotBe_isMalformed(String patch) {
        assertRefused(Patch.STRATEGIC_MERGE_PATCH, patch, ProblemType.MALFORMED);
    }

    @Test
    void applyPatch_setsWhatIsGivenAndMergesByKey() {
        ObjectNode applied = apply(Patch.APPLY_PATCH, """
                metadata:
                  creationTimestamp: null
                  labels: {b: '2'}
                  finalizers: [y/g]
                spec:
                  usages: [signing]
                status:
                  conditions:
                  - {type: Failed, status: 'True'}
                  - {type: Approved, message: m}
                """);
        ObjectNode expected = object(STORED);
        expected.withObject("/metadata")
                .setAll(object("{'labels': {'a': '1', 'b': '2'}, 'finalizers': ['x/f', 'y/g']}"));
        expected.set("spec", object("{'usages': ['signing']}"));
        expected.set(
                "status",
                object("{'conditions': [{'type': 'Approved', 'status': 'True', 'reason': 'R', 'message': 'm'},"
                        + " {'type': 'Failed', 'status': 'True'}]}"));
        assertThat(applied).isEqualTo(expected);
    }

    @Test
    void applyPatch_readsJsonToo() {
        assertPatched(Patch.APPLY_PATCH, "{\t'metadata':\t{'labels': {'b': '2'}}}", "/metadata/labels/b", "'2'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "text",
                "a: b: c",
                "a: 1\na: 2",
                "---\na: 1\n---\nb: 2",
                "a: &x [1]\nb: *x",
                "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]",
                "metadata: {managedFields: [{manager: x}]}",
                "status: {conditions: [{status: 'True'}]}",
                "status: {conditions: [{type: A}, {type: A}]}",
                "a: !!java.util.Date [x",
                "\u0000"
            })
    void applyPatch_thatCannotBe_isMalformed(String patch) {
        assertRefused(Patch.APPLY_PATCH, patch, ProblemType.MALFORMED);
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void deepBody_isMalformed(String mediaType) {
        assertRefused(mediaType, "{'a':".repeat(5_000) + "1" + "}".repeat(5_000), ProblemType.MALFORMED);
        assertRefused(mediaType, "[".repeat(100_000), ProblemType.MALFORMED);
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void anyBody_isTakenOrRefusedInWords(String mediaType) {
        for (ObjectNode stored : OddObjects.all()) {
            for (String body : OddObjects.bodies()) {
                try {
                    assertThat(Patch.apply(mediaType, stored, body.getBytes(StandardCharsets.UTF_8)))
                            .isNotNull();
                } catch (ProblemException | InvalidObjectException e) {
                    assertThat(e).hasMessageNotContaining("com.fasterxml");
                }
            }
        }
    }

    @Test
    void otherMediaType_isUnsupportedAndNamesThose() {
        assertThatThrownBy(() -> apply("application/json", "{}"))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.type()).isEqualTo(ProblemType.UNSUPPORTED_MEDIA_TYPE);
                    assertThat(problem.detail()).contains(Patch.TYPES);
                });
    }
}
