package dev.perennial.server.qradar;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code Range: items=x-y}: from zero on, both ends included. */
record ItemRange(int first, int last) {
    private static final Pattern FORM = Pattern.compile("items=(\\d{1,9})-(\\d{1,9})");

    /** Null where all items are wanted. */
    static @Nullable ItemRange of(RoutingContext context) {
        List<String> headers = context.request().headers().getAll("Range");
        if (headers.isEmpty()) {
            return null;
        }
        Matcher form = FORM.matcher(headers.get(0).strip());
        if (headers.size() == 1 && form.matches()) {
            ItemRange range = new ItemRange(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
            if (range.first <= range.last) {
                return range;
            }
        }
        throw UniqueCode.PARAMETER.because("the header Range must be given once, as items=x-y with x not above y");
    }

    <T> List<T> of(List<T> all) {
        return first >= all.size() ? List.of() : all.subList(first, Math.min(last + 1, all.size()));
    }

    /** What the header Content-Range says. */
    String of(int total) {
        return first >= total ? "items */" + total : "items " + first + "-" + Math.min(last, total - 1) + "/" + total;
    }
}
