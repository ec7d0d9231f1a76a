package dev.perennial.server.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldProblemTest {
    @Test
    void messages_areUpstreams() {
        assertThat(List.of(
                        FieldProblem.required("f"),
                        FieldProblem.required("f", "say it"),
                        FieldProblem.invalid("f", "a\"b\n", "is not so"),
                        FieldProblem.invalid("f", IntNode.valueOf(5), "is not so"),
                        FieldProblem.notSupported("f", "x", List.of("b", "a")),
                        FieldProblem.duplicate("f", "x"),
                        FieldProblem.forbidden("f", "no"),
                        FieldProblem.tooLong("f", 63)))
                .extracting(cause -> cause.reason() + " " + cause.message())
                .containsExactly(
                        "FieldValueRequired Required value",
                        "FieldValueRequired Required value: say it",
                        "FieldValueInvalid Invalid value: \"a\\\"b\\n\": is not so",
                        "FieldValueInvalid Invalid value: 5: is not so",
                        "FieldValueNotSupported Unsupported value: \"x\": supported values: \"a\", \"b\"",
                        "FieldValueDuplicate Duplicate value: \"x\"",
                        "FieldValueForbidden Forbidden: no",
                        "FieldValueTooLong Too long: may not be more than 63 bytes");
    }

    @Test
    void value_isCutWhereItIsLong() {
        assertThat(FieldProblem.duplicate("f", "x".repeat(100_000)).message()).hasSizeLessThan(300);
    }

    @Test
    void exception_saysOneAsItIsAndSeveralInBrackets() {
        FieldProblem one = FieldProblem.required("spec.usages");
        assertThat(new InvalidObjectException("n", List.of(one)))
                .hasMessage(
                        "CertificateSigningRequest.certificates.k8s.io \"n\" is invalid: spec.usages: Required value");
        assertThat(new InvalidObjectException("n", List.of(one, FieldProblem.forbidden("status", "no"))))
                .hasMessageEndingWith("is invalid: [spec.usages: Required value, status: Forbidden: no]");
    }

    @Test
    void exception_saysNoMoreThanAHundred() {
        List<FieldProblem> many = Collections.nCopies(5_000, FieldProblem.required("f"));
        assertThat(new InvalidObjectException("n", many).causes()).hasSize(100);
    }
}
