package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Refuses paths that two readers could read in two ways, before anything is routed: a proxy in front and this server
 * must agree on what a path names (RFC 3986 §6.2.2). Not for {@code /ocsp}, whose GET carries base64 in the path.
 */
public final class Guard implements Handler<RoutingContext> {
    /** In characters, before decoding. */
    static final int LONGEST_PATH = 2_000;

    private static final String OCSP = "/ocsp/";
    private static final Pattern BASE64 = Pattern.compile("(?:[A-Za-z0-9+/=]|%2[bBfF]|%3[dD])+");

    @Override
    public void handle(RoutingContext context) {
        String path = context.request().path();
        if (path == null || !(isPlain(path) || isOcsp(path))) {
            context.fail(ProblemException.of(
                    ProblemType.MALFORMED,
                    "the path is longer than 2000 characters, or holds an empty or dot segment, a semicolon, a"
                            + " backslash, a control character or an encoded form of one"));
            return;
        }
        if (context.request().headers().getAll(HttpHeaders.HOST).size() > 1) {
            context.fail(ProblemException.of(ProblemType.MALFORMED, "there is more than one Host (RFC 9112 §3.2)"));
            return;
        }
        context.next();
    }

    /** Base64 in percent-encoding has slashes, and they may stand side by side (RFC 6960, appendix A.1). */
    private static boolean isOcsp(String path) {
        return path.startsWith(OCSP)
                && path.length() <= LONGEST_PATH
                && BASE64.matcher(path.substring(OCSP.length())).matches();
    }

    static boolean isPlain(String path) {
        if (path.length() > LONGEST_PATH || path.contains("//")) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == ';' || c == '\\' || (c == '%' && !isHarmlessEscape(path, i))) {
                return false;
            }
            if (c == '/' && isDotSegment(path, i + 1)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDotSegment(String path, int from) {
        int end = path.indexOf('/', from);
        String segment = path.substring(from, end < 0 ? path.length() : end);
        return segment.equals(".") || segment.equals("..");
    }

    /** Two hex digits that stand for none of the characters that change what a path means, the percent sign itself too. */
    private static boolean isHarmlessEscape(String path, int percent) {
        if (percent + 2 >= path.length()) {
            return false;
        }
        int high = Character.digit(path.charAt(percent + 1), 16);
        int low = Character.digit(path.charAt(percent + 2), 16);
        int value = high * 16 + low;
        return high >= 0 && low >= 0 && value > 0x20 && value != 0x7f && "./\\;%".indexOf(value) < 0;
    }

    /** Whether the media type is JSON in UTF-8: {@code application/json} or any {@code +json} (RFC 6839 §3.1). */
    public static boolean isJson(String contentType) {
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        String type = parts[0].strip();
        if (!type.equals("application/json") && !(type.startsWith("application/") && type.endsWith("+json"))) {
            return false;
        }
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().replace("\"", "");
            if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
                return false;
            }
        }
        return true;
    }
}
