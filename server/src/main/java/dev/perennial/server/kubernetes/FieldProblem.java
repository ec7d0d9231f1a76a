package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.stream.Collectors;

/**
 * One thing that is wrong with an object, as it stands in {@code details.causes} of a {@code Status}.
 *
 * @param reason upstream's word for the kind of mistake, {@code FieldValue…}
 * @param field its path, as {@code spec.usages[1]}
 * @param message for people, with the value where it helps
 */
record FieldProblem(String reason, String field, String message) {
    /** A value is shown so that its sender knows it again; the answer does not grow with it. */
    private static final int LONGEST_VALUE = 200;

    static FieldProblem required(String field) {
        return new FieldProblem("FieldValueRequired", field, "Required value");
    }

    static FieldProblem required(String field, String detail) {
        return new FieldProblem("FieldValueRequired", field, "Required value: " + detail);
    }

    static FieldProblem invalid(String field, String value, String detail) {
        return invalidShown(field, quote(value), detail);
    }

    /** Of a value that is not always text: a text stands in quotation marks, anything else as its JSON. */
    static FieldProblem invalid(String field, JsonNode value, String detail) {
        return invalidShown(field, value.isTextual() ? quote(value.textValue()) : shorten(value.toString()), detail);
    }

    private static FieldProblem invalidShown(String field, String shown, String detail) {
        return new FieldProblem("FieldValueInvalid", field, "Invalid value: " + shown + ": " + detail);
    }

    static FieldProblem notSupported(String field, String value, Collection<String> supported) {
        String all = supported.stream().sorted().map(FieldProblem::quote).collect(Collectors.joining(", "));
        return new FieldProblem(
                "FieldValueNotSupported", field, "Unsupported value: " + quote(value) + ": supported values: " + all);
    }

    static FieldProblem duplicate(String field, String value) {
        return new FieldProblem("FieldValueDuplicate", field, "Duplicate value: " + quote(value));
    }

    static FieldProblem forbidden(String field, String detail) {
        return new FieldProblem("FieldValueForbidden", field, "Forbidden: " + detail);
    }

    static FieldProblem tooLong(String field, int most) {
        return new FieldProblem("FieldValueTooLong", field, "Too long: may not be more than " + most + " bytes");
    }

    private static String quote(String value) {
        return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(shorten(value))) + '"';
    }

    static String shorten(String value) {
        return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "...";
    }
}
