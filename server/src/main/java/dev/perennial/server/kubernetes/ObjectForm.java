package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** In which form a client asks for objects: as they are, as rows of a table, or their metadata alone. */
final class ObjectForm {
    private enum Kind {
        WHOLE,
        TABLE,
        METADATA
    }

    static final ObjectForm WHOLE = new ObjectForm(Kind.WHOLE, null);

    private final Kind kind;
    private final @Nullable ObjectTable table;

    private ObjectForm(Kind kind, @Nullable ObjectTable table) {
        this.kind = kind;
        this.table = table;
    }

    /**
     * The first form of the Accept header that there is here.
     *
     * @throws ProblemException notAcceptable where there is none: Protocol Buffers are read here, and not written
     */
    static ObjectForm of(RoutingContext context, ObjectTable table) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (accept == null || accept.isBlank()) {
            return WHOLE;
        }
        for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
            List<String> parts = List.of(range.replace(" ", "").split(";"));
            boolean json = List.of("application/json", "application/*", "*/*").contains(parts.get(0));
            if (json && parts.contains("as=table") && parts.contains("v=v1")) {
                return new ObjectForm(Kind.TABLE, table.including(ListQuery.text(context, "includeObject")));
            }
            if (json && parts.stream().anyMatch(part -> part.startsWith("as=partialobjectmetadata"))) {
                return new ObjectForm(Kind.METADATA, null);
            }
            if (json && parts.stream().noneMatch(part -> part.startsWith("as="))) {
                return WHOLE;
            }
        }
        throw ProblemException.of(
                ProblemType.NOT_ACCEPTABLE,
                "only the following media types are accepted: application/json, also as Table or"
                        + " PartialObjectMetadata of meta.k8s.io/v1");
    }

    /** What tells it from the others. */
    String key() {
        return table == null ? kind.name() : kind + " " + table.key();
    }

    /** For what comes first in a watch: a table names its columns once. */
    ObjectForm first() {
        return table == null ? this : new ObjectForm(kind, table.withColumns());
    }

    ObjectNode of(ObjectNode object) {
        return switch (kind) {
            case WHOLE -> object;
            case METADATA -> metadata(object);
            case TABLE -> rows(List.of(object), metadataOf(object));
        };
    }

    private static ObjectNode metadataOf(ObjectNode object) {
        return JsonNodeFactory.instance
                .objectNode()
                .set("resourceVersion", object.path("metadata").path("resourceVersion"));
    }

    /** @param next where the list goes on; null where it does not */
    ObjectNode list(List<ObjectNode> objects, long version, @Nullable String next) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode().put("resourceVersion", Long.toString(version));
        if (next != null) {
            metadata.put("continue", next);
        }
        if (kind == Kind.TABLE) {
            return first().rows(objects, metadata);
        }
        boolean whole = kind == Kind.WHOLE;
        ObjectNode list = JsonNodeFactory.instance
                .objectNode()
                .put("kind", (whole ? Group.KIND : "PartialObjectMetadata") + "List")
                .put("apiVersion", whole ? Group.VERSION : ObjectTable.VERSION);
        list.set("metadata", metadata);
        ArrayNode items = list.putArray("items");
        objects.forEach(object -> items.add(of(object)));
        return list;
    }

    /** What tells a watch how far it is, and nothing else. */
    ObjectNode bookmark(long version, boolean endsBeginning) {
        ObjectNode metadata = JsonNodeFactory.instance.objectNode().put("resourceVersion", Long.toString(version));
        if (endsBeginning) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        if (kind == Kind.TABLE) {
            return rows(List.of(), metadata);
        }
        ObjectNode bookmark = JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind == Kind.WHOLE ? Group.KIND : "PartialObjectMetadata")
                .put("apiVersion", kind == Kind.WHOLE ? Group.VERSION : ObjectTable.VERSION);
        bookmark.set("metadata", metadata);
        return bookmark;
    }

    private ObjectNode rows(List<ObjectNode> objects, ObjectNode metadata) {
        if (table == null) {
            throw new IllegalStateException("rows of no table");
        }
        return table.of(objects, metadata);
    }

    static ObjectNode metadata(ObjectNode object) {
        ObjectNode partial = JsonNodeFactory.instance
                .objectNode()
                .put("kind", "PartialObjectMetadata")
                .put("apiVersion", ObjectTable.VERSION);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }
}
