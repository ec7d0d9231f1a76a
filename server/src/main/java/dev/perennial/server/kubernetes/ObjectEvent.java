package dev.perennial.server.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.http.Json;
import dev.perennial.server.identity.Caller;
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
    private final long position;
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
            @Nullable Face before,
            @Nullable Face after,
            Supplier<ObjectNode> content,
            @Nullable Supplier<ObjectNode> replaced) {
        this.position = position;
        this.before = before;
        this.after = after;
        this.content = content;
        this.replaced = replaced;
    }

    /** An object that is there, as the beginning of a watch tells it. */
    static ObjectEvent ofExisting(Seen seen, ObjectWire wire) {
        return new ObjectEvent(seen.position(), null, ObjectReading.face(seen), () -> wire.object(seen), null);
    }

    long position() {
        return position;
    }

    /** Whether anything of it may be for that watch. */
    boolean isFor(Watch watch) {
        Face face = after == null ? before : after;
        return face != null && watch.isOf(face.ownership().orgId());
    }

    /** Makes the lines that are wanted most, away from the event loops. */
    void prepare() {
        lines(before != null, after != null, ObjectForm.WHOLE);
    }

    /**
     * What is told of it to who watches that selection: nothing, one line, or two where one took the place of another.
     * What a caller may not see is as if it were not there.
     */
    List<Buffer> lines(Caller caller, Selector selector, ObjectForm form) {
        return lines(isSeen(before, caller, selector), isSeen(after, caller, selector), form);
    }

    private static boolean isSeen(@Nullable Face face, Caller caller, Selector selector) {
        return face != null && caller.sees(face.ownership()) && selector.matches(face);
    }

    private List<Buffer> lines(boolean was, boolean is, ObjectForm form) {
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
