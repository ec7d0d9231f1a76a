package dev.perennial.server.http;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The name and password of an {@code Authorization: Basic} header, in UTF-8 (RFC 7617). They are never logged: {@link
 * #toString} keeps them to itself.
 */
record Basic(String user, String password) {
    private static final String SCHEME = "Basic ";

    /**
     * What came with the call; empty where no header of that scheme did.
     *
     * @throws ProblemException UNAUTHENTICATED for what is no name and password
     */
    static Optional<Basic> of(RoutingContext context) {
        List<String> headers = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        if (headers.size() != 1 || !headers.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        String pair = decoded(headers.get(0).substring(SCHEME.length()).strip());
        int colon = pair.indexOf(':');
        if (colon < 1) {
            throw refused();
        }
        return Optional.of(new Basic(pair.substring(0, colon), pair.substring(colon + 1)));
    }

    private static String decoded(String base64) {
        if (base64.length() > Bearer.LONGEST) {
            throw refused();
        }
        try {
            ByteBuffer octets = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
            return StandardCharsets.UTF_8.newDecoder().decode(octets).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw refused();
        }
    }

    private static ProblemException refused() {
        return ProblemException.of(
                ProblemType.UNAUTHENTICATED, "Authorization: Basic needs the base64 of NAME:PASSWORD (RFC 7617)");
    }

    @Override
    public String toString() {
        return "Basic[]";
    }
}
