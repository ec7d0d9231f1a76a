package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.problem.ProblemException;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the next page begins, as a text that means nothing to its reader: two numbers, and the path and parameters that
 * it is for. It is no secret and no permission: what somebody else's token shows is what its bearer may see anyway.
 */
public record PageToken(long major, long minor) {
    private static final byte VERSION = 1;
    private static final int BINDING = 8;
    private static final int LENGTH = 1 + BINDING + 2 * Long.BYTES;
    private static final int LONGEST = 64;

    /**
     * The token that the query brings; null where it brings none.
     *
     * @param bound the parameters that must be the same as in the call that gave the token
     * @throws ProblemException MALFORMED where it is none, or is for something else
     */
    public static @Nullable PageToken of(RoutingContext context, List<String> bound) {
        return of(context, "page_token", bound);
    }

    /** The same, in another parameter than the native one. */
    public static @Nullable PageToken of(RoutingContext context, String parameter, List<String> bound) {
        String text = QueryParameters.of(context).text(parameter, LONGEST).orElse(null);
        if (text == null) {
            return null;
        }
        ByteBuffer octets = ByteBuffer.wrap(decoded(text));
        byte[] binding = new byte[BINDING];
        if (octets.remaining() != LENGTH || octets.get() != VERSION) {
            throw wrong("the next_page_token of an earlier answer");
        }
        octets.get(binding);
        if (!ByteBuffer.wrap(binding).equals(binding(context, bound))) {
            throw wrong("used with the path and the filters of the call that gave it");
        }
        return new PageToken(octets.getLong(), octets.getLong());
    }

    /** As text, for calls of the same path with the same parameters. */
    public String text(RoutingContext context, List<String> bound) {
        byte[] octets = ByteBuffer.allocate(LENGTH)
                .put(VERSION)
                .put(binding(context, bound))
                .putLong(major)
                .putLong(minor)
                .array();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    }

    private static byte[] decoded(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw wrong("the next_page_token of an earlier answer");
        }
    }

    private static ByteBuffer binding(RoutingContext context, List<String> bound) {
        StringBuilder call = new StringBuilder(context.normalizedPath());
        for (String name : bound) {
            for (String value : context.queryParam(name)) {
                // A control character: no text parameter has one.
                call.append('\n').append(name).append('=').append(value);
            }
        }
        byte[] digest = Digests.sha256(call.toString().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest, 0, BINDING).slice();
    }

    private static ProblemException wrong(String what) {
        return ProblemException.of(ProblemType.MALFORMED, "the query parameter page_token must be " + what);
    }
}
