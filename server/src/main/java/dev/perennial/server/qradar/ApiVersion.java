package dev.perennial.server.qradar;

import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Pattern;

/** The version of upstream's API that a client speaks: one form serves all of them that have these calls. */
final class ApiVersion {
    private static final String HEADER = "Version";

    /** The first with staged certificates. */
    private static final int FIRST = 13;

    private static final Pattern FORM = Pattern.compile("(\\d{1,2})\\.\\d{1,2}");

    private ApiVersion() {}

    /** Lets the call go on, if it asks for no version or for one that there is. */
    static void require(RoutingContext context) {
        List<String> asked = context.request().headers().getAll(HEADER);
        if (asked.size() > 1 || !asked.isEmpty() && !isServed(asked.get(0).strip())) {
            throw UniqueCode.PARAMETER.because(
                    "the header " + HEADER + " must be given once, as " + FIRST + ".0 or a later version, or left out");
        }
        context.next();
    }

    static boolean isServed(String version) {
        var form = FORM.matcher(version);
        return form.matches() && Integer.parseInt(form.group(1)) >= FIRST;
    }
}
