package dev.perennial.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataRulesTest {
    private static List<String> problems(ObjectNode metadata) {
        return TestObjects.places(MetadataRules.problemsOfNew(metadata.put("name", "n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'labels': {'app': '', 'example.com/App_1': 'A.b-9'}}",
                "{'annotations': {'kubectl.kubernetes.io/last-applied-configuration': '{}', 'Example.com/x': ' any '}}",
                "{'finalizers': ['example.com/keep', 'orphan']}",
                "{'labels': null, 'annotations': {}, 'finalizers': []}"
            })
    void soundMetadata_hasNoProblems(String metadata) {
        assertThat(problems(TestObjects.object(metadata))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'labels': {'': 'x'}}                               | metadata.labels Invalid
            {'labels': {'-a': 'x'}}                             | metadata.labels Invalid
            {'labels': {'a/b/c': 'x'}}                          | metadata.labels Invalid
            {'labels': {'Example.com/a': 'x'}}                  | metadata.labels Invalid
            {'labels': {'/a': 'x'}}                             | metadata.labels Invalid
            {'labels': {'a': 'x y'}}                            | metadata.labels Invalid
            {'labels': {'a': 'x-'}}                             | metadata.labels Invalid
            {'annotations': {'a b': 'x'}}                       | metadata.annotations Invalid
            {'finalizers': ['keep']}                            | metadata.finalizers Invalid
            {'finalizers': ['example.com/']}                    | metadata.finalizers Invalid
            {'finalizers': ['orphan', 'foregroundDeletion']}    | metadata.finalizers Invalid
            {'namespace': 'default'}                            | metadata.namespace Forbidden
            """)
    void wrongMetadata_isSaid(String metadata, String problem) {
        assertThat(problems(TestObjects.object(metadata))).containsExactly(problem);
    }

    @Test
    void lengths_areBoundedToTheByte() {
        String longest = "a".repeat(253) + "/" + "b".repeat(63);
        ObjectNode metadata = TestObjects.object("{}");
        metadata.putObject("labels").put(longest, "c".repeat(63));
        metadata.putObject("annotations").put("k", "d".repeat(256 * 1024 - 1));
        assertThat(problems(metadata)).isEmpty();
        metadata.putObject("labels")
                .put("a" + longest, "c")
                .put(longest + "b", "c")
                .put("k", "c".repeat(64));
        metadata.putObject("annotations").put("k", "d".repeat(256 * 1024));
        assertThat(problems(metadata))
                .containsExactly(
                        "metadata.labels Invalid",
                        "metadata.labels Invalid",
                        "metadata.labels Invalid",
                        "metadata.annotations TooLong");
        assertThat(TestObjects.places(
                        MetadataRules.problemsOfNew(TestObjects.object("{}").put("name", "n".repeat(254)))))
                .containsExactly("metadata.name TooLong");
    }

    @Test
    void change_isNotHeldToWhatWasWrongBefore() {
        ObjectNode old = TestObjects.object("{'labels': {'-a': 'x'}, 'finalizers': ['keep']}");
        ObjectNode wanted = TestObjects.object("{'labels': {'-a': 'x', '-b': 'x'}, 'finalizers': ['orphan', 'keep']}");
        assertThat(MetadataRules.problemsOfChange(old, old)).isEmpty();
        assertThat(MetadataRules.problemsOfChange(old, wanted))
                .singleElement()
                .satisfies(cause -> assertThat(cause.message()).contains("\"-b\""));
    }

    @Test
    void whatIsBeingDeleted_getsNoNewFinalizers() {
        ObjectNode old = TestObjects.object(
                "{'deletionTimestamp': '2026-01-01T00:00:00Z', 'finalizers': ['example.com/a', 'example.com/b']}");
        ObjectNode fewer = TestObjects.object("{'finalizers': ['example.com/b']}");
        ObjectNode others = TestObjects.object("{'finalizers': ['example.com/c']}");
        assertThat(MetadataRules.problemsOfChange(old, fewer)).isEmpty();
        assertThat(TestObjects.places(MetadataRules.problemsOfChange(old, others)))
                .containsExactly("metadata.finalizers Forbidden");
    }
}
