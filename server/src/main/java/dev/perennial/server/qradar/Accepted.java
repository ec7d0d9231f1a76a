package dev.perennial.server.qradar;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The Accept header (RFC 9110 §12.5.1): each answer here has one media type, and a client may not want that. */
final class Accepted {
    static final String JSON = "application/json";
    static final String TEXT = "text/plain";
    static final String OCTETS = "application/octet-stream";

    private static final Pattern NEVER = Pattern.compile("q=0(\\.0{0,3})?");

    private Accepted() {}

    static void require(RoutingContext context, String mediaType) {
        List<String> headers = context.request().headers().getAll(HttpHeaders.ACCEPT);
        if (!isAccepted(String.join(",", headers), mediaType)) {
            throw UniqueCode.MEDIA_TYPE_WANTED.because("this call answers in " + mediaType + ": ask for that");
        }
    }

    static boolean isAccepted(String accept, String mediaType) {
        if (accept.isBlank()) {
            return true;
        }
        String all = mediaType.substring(0, mediaType.indexOf('/')) + "/*";
        boolean accepted = false;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String name = parts[0].strip();
            boolean never = List.of(parts).stream()
                    .anyMatch(part -> NEVER.matcher(part.strip()).matches());
            if (name.equals(mediaType) && never) {
                return false;
            }
            accepted |= !never && List.of(mediaType, all, "*/*").contains(name);
        }
        return accepted;
    }
}
