package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The token of an {@code Authorization: Bearer} header (RFC 6750 §2.1). It is never logged: {@link #toString} keeps it
 * to itself.
 */
public record Bearer(Kind kind, String token) {
    /** What the token looks like from outside; nothing is verified here. */
    public enum Kind {
        /** A token of ours: known by its hash. */
        OPAQUE,
        /** Three base64url parts: a signed JWT of an identity provider (RFC 7515 §3.1). */
        JWT
    }

    static final int LONGEST = 8_192;

    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");
    private static final Pattern SIGNED = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    /**
     * The token that came with the call; empty where no Authorization header did.
     *
     * @throws ProblemException UNAUTHENTICATED for another scheme, two headers, or what is no token: a header that is
     *     there decides alone
     */
    public static Optional<Bearer> of(RoutingContext context) {
        List<String> headers = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        String header = headers.get(0);
        if (headers.size() > 1 || header.length() > LONGEST || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            throw refused();
        }
        return Optional.of(of(header.substring(7).strip()).orElseThrow(Bearer::refused));
    }

    /** The token that a door has a header of its own for; empty where it is none. */
    static Optional<Bearer> of(String token) {
        if (token.length() > LONGEST || !TOKEN.matcher(token).matches()) {
            return Optional.empty();
        }
        boolean signed = token.indexOf('.') > 0 && SIGNED.matcher(token).matches();
        return Optional.of(new Bearer(signed ? Kind.JWT : Kind.OPAQUE, token));
    }

    private static ProblemException refused() {
        return ProblemException.of(
                ProblemType.UNAUTHENTICATED,
                "send one header of the form Authorization: Bearer TOKEN, or Basic with a name and a password");
    }

    @Override
    public String toString() {
        return "Bearer[" + kind + "]";
    }
}
