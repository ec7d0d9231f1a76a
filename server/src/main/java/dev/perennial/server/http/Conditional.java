package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Conditional calls (RFC 9110 §13) and the preference to wait (RFC 7240 §4.3). ETags are given with their quotes. */
public final class Conditional {
    /** In seconds. */
    public static final int LONGEST_WAIT = 60;

    private static final Pattern TAG = Pattern.compile("(W/)?(\"[\\x21\\x23-\\x7e]*\")");
    private static final Pattern WAIT = Pattern.compile("(?:^|,)\\s*wait\\s*=\\s*\"?([0-9]{1,9})\"?\\s*(?=[,;]|$)");

    private Conditional() {}

    /** The tag of an object that has no version of its own: a digest of what is shown of it. */
    public static String etag(Object shown) {
        return "\"" + HexFormat.of().formatHex(Digests.sha256(Json.write(shown).getBytes()), 0, 16) + "\"";
    }

    /** Answers 304 with the ETag and says true where the caller has that version already; else only sets the ETag. */
    public static boolean notModified(RoutingContext context, String etag) {
        context.response().putHeader(HttpHeaders.ETAG, etag);
        if (!hasVersion(context, etag)) {
            return false;
        }
        HttpServerResponse response = context.response();
        // As 200 would have it (RFC 9110 §15.4.5): a door that says otherwise has said so by now.
        if (!response.headers().contains(HttpHeaders.CACHE_CONTROL)) {
            response.putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        }
        response.setStatusCode(304).end();
        return true;
    }

    /** Whether {@code If-None-Match} names this version: weak comparison, lists, {@code *} (RFC 9110 §13.1.2). */
    public static boolean hasVersion(RoutingContext context, String etag) {
        String header = header(context, HttpHeaders.IF_NONE_MATCH);
        if (header == null) {
            return false;
        }
        return header.strip().equals("*") || names(header, etag.startsWith("W/") ? etag.substring(2) : etag, true);
    }

    /**
     * Holds a change to the version that the caller saw: strong comparison (RFC 9110 §13.1.1).
     *
     * @throws ProblemException PRECONDITION_FAILED where {@code If-Match} is there and names another
     */
    public static void requireMatch(RoutingContext context, String etag) {
        String header = header(context, HttpHeaders.IF_MATCH);
        if (header == null || header.strip().equals("*") || names(header, etag, false)) {
            return;
        }
        throw ProblemException.of(
                ProblemType.PRECONDITION_FAILED, "the object is not the version that If-Match names: GET it again");
    }

    /** The seconds the caller prefers to wait, cut to {@link #LONGEST_WAIT}; empty where none or nonsense is said. */
    public static OptionalInt wait(RoutingContext context) {
        String header = header(context, "Prefer");
        if (header == null || header.length() > 1_000) {
            return OptionalInt.empty();
        }
        Matcher matcher = WAIT.matcher(header.toLowerCase(Locale.ROOT));
        // A preference said twice counts as first said (RFC 7240 §2).
        return matcher.find()
                ? OptionalInt.of(Math.min(Integer.parseInt(matcher.group(1)), LONGEST_WAIT))
                : OptionalInt.empty();
    }

    private static boolean names(String header, String etag, boolean weakToo) {
        Matcher matcher = TAG.matcher(header);
        while (matcher.find()) {
            if (matcher.group(2).equals(etag) && (weakToo || matcher.group(1) == null)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String header(RoutingContext context, CharSequence name) {
        var values = context.request().headers().getAll(name);
        return values.isEmpty() ? null : String.join(",", values);
    }
}
