package dev.perennial.server.qradar;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.keys.KeyedRequests.Named;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of the list.
 *
 * @param filter null: all
 * @param range null: all that are found
 */
record ListQuery(
        Set<Field> fields,
        @Nullable Filter filter,
        @Nullable ItemRange range) {
    private static final int LONGEST_FIELDS = 256;

    /** @throws UniqueCodeException saying which parameter is wrong, before anything is looked for */
    static ListQuery of(RoutingContext context) {
        String fields = single(context, "fields");
        String filter = single(context, "filter");
        return new ListQuery(
                fields == null ? EnumSet.allOf(Field.class) : fields(fields),
                filter == null || filter.isBlank() ? null : Filter.parse(filter),
                ItemRange.of(context));
    }

    private static @Nullable String single(RoutingContext context, String name) {
        List<String> values = context.queryParams().getAll(name);
        if (values.size() > 1) {
            throw UniqueCode.PARAMETER.because(name + " must be given once");
        }
        return values.isEmpty() ? null : values.get(0);
    }

    static Set<Field> fields(String text) {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        if (text.length() <= LONGEST_FIELDS) {
            for (String word : text.split(",", -1)) {
                fields.add(Field.of(word.strip()).orElseThrow(ListQuery::unknownField));
            }
        }
        if (fields.isEmpty()) {
            throw unknownField();
        }
        return fields;
    }

    private static UniqueCodeException unknownField() {
        return UniqueCode.PARAMETER.because("fields must be a list of " + Field.words() + ", with commas between them");
    }

    List<Named> filtered(List<Named> requests) {
        return filter == null
                ? requests
                : requests.stream().filter(filter::holds).toList();
    }

    /** Those of them that the range leaves, in the order in which they are. */
    ArrayNode json(List<Named> found) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        (range == null ? found : range.of(found)).forEach(request -> add(list.addObject(), request));
        return list;
    }

    private void add(ObjectNode json, Named request) {
        for (Field field : fields) {
            switch (field) {
                case ID, CREATE_TIME -> json.put(field.word(), field.number(request));
                case DESCRIPTION -> json.put(field.word(), request.name());
            }
        }
    }
}
