package dev.perennial.server.csr;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A page of the inventory.
 *
 * @param next where the next one begins; null where this is the last. A page may hold fewer than were asked for, even
 *     none, and still not be the last: a search stops when it has taken its time
 * @param total how many there are over all pages; null where nobody asked
 */
public record Page<T>(
        List<T> items, @Nullable Position next, @Nullable Total total) {

    /** A place between two objects in the order of a search: after the one that these numbers are of. */
    public record Position(long major, long minor) {}

    /** @param atLeast whether there may be more than were counted */
    public record Total(long count, boolean atLeast) {}

    /**
     * Which page is wanted.
     *
     * @param limit how many objects at most
     * @param after null for the first page
     * @param counted whether the total is wanted
     */
    public record Wanted(int limit, @Nullable Position after, boolean counted) {}

    /** The objects in the order of their ids; what went away since it was found is left out. */
    static <T> List<T> inOrder(List<String> ids, List<T> objects, Function<T, String> idOf) {
        Map<String, T> byId = objects.stream().collect(Collectors.toMap(idOf, object -> object));
        return ids.stream().map(byId::get).filter(Objects::nonNull).toList();
    }

    <R> Page<R> map(Function<List<T>, List<R>> change) {
        return new Page<>(change.apply(items), next, total);
    }
}
