package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Json;
import dev.perennial.server.identity.Ownership;
import dev.perennial.server.kubernetes.Selector.Face;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One change of one object, as those who watch are told of it. Thread-safe; each line is made once, however many want it.
 */
final class ObjectEvent {
    private static final Selector ANYTHING = Selector.of("", "");

    private final long position;
    private final Ownership ownership;
    private final @Nullable Face before;
    private final @Nullable Face after;
    private final Supplier<ObjectNode> content;
    private final @Nullable Supplier<ObjectNode> replaced;
    private final Map<String, Buffer> lines = new ConcurrentHashMap<>();

    /**
     * @param before what selectors see of it before the change; null where it was not there
     * @param after and after it; null where it is not there any more
     * @param content the object as it is after the change, or was last
     * @param replaced the object of the same name in whose place it came; null where it is the same
     */
    ObjectEvent(
            long position,
            Ownership ownership,
            @Nullable Face before,
            @Nullable Face after,
            Supplier<ObjectNode> content,
            @Nullable Supplier<ObjectNode> replaced) {
        this.position = position;
        this.ownership = ownership;
        this.before = before;
        this.after = after;
        this.content = content;
        this.replaced = replaced;
    }

    /** An object that is there, as the beginning of a watch tells it. */
    static ObjectEvent ofExisting(Seen seen, ObjectWire wire) {
        return new ObjectEvent(
                seen.position(),
                seen.request().ownership(),
                null,
                ObjectReading.face(seen),
                () -> wire.object(seen),
                null);
    }

    long position() {
        return position;
    }

    Ownership ownership() {
        return ownership;
    }

    /** Makes the lines that are wanted most, away from the event loops. */
    void prepare() {
        lines(ANYTHING, ObjectForm.WHOLE);
    }

    /** What is told of it to who watches that selection: nothing, one line, or two where one took the place of another. */
    List<Buffer> lines(Selector selector, ObjectForm form) {
        boolean was = selector.matches(before);
        boolean is = selector.matches(after);
        if (replaced != null) {
            List<Buffer> gone = was ? List.of(line("DELETED", replaced, form)) : List.of();
            List<Buffer> come = is ? List.of(line("ADDED", content, form)) : List.of();
            return Stream.of(gone, come).flatMap(List::stream).toList();
        }
        if (is) {
            return List.of(line(was ? "MODIFIED" : "ADDED", content, form));
        }
        return was ? List.of(line("DELETED", content, form)) : List.of();
    }

    private Buffer line(String type, Supplier<ObjectNode> shown, ObjectForm form) {
        return lines.computeIfAbsent(type + " " + form.key(), key -> line(type, form.of(shown.get())));
    }

    static Buffer line(String type, ObjectNode shown) {
        ObjectNode line = JsonNodeFactory.instance.objectNode().put("type", type);
        line.set("object", shown);
        return Json.write(line).appendByte((byte) '\n');
    }
}
