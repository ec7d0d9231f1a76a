package dev.perennial.model;

/**
 * Every way in which a call can fail, closed: the slug of its {@code type} URI, its title and its HTTP status stand
 * together here and nowhere else (RFC 9457; the words are RFC 8555's where it has them).
 */
public enum ProblemType {
    MALFORMED("malformed", "The request is malformed", 400),
    BAD_CSR("badCSR", "The PKCS#10 is not acceptable", 400),
    BAD_PUBLIC_KEY("badPublicKey", "The public key is not acceptable", 400),
    BAD_SIGNATURE("badSignature", "The PKCS#10 is not signed by its own key", 400),
    UNKNOWN_SIGNER("unknownSigner", "No such signer", 400),
    BAD_REVOCATION_REASON("badRevocationReason", "The revocation reason is not allowed", 400),
    UNAUTHENTICATED("unauthenticated", "The credential is missing or wrong", 401),
    UNAUTHORIZED("unauthorized", "The caller may not do this", 403),
    REJECTED_IDENTIFIER("rejectedIdentifier", "A name is not granted to the caller", 403),
    NOT_FOUND("notFound", "There is no such thing", 404),
    UNKNOWN("unknown", "There is no such request", 404),
    WITHDRAWN("withdrawn", "The request was withdrawn", 404),
    METHOD_NOT_ALLOWED("methodNotAllowed", "The method is not allowed here", 405),
    NOT_ACCEPTABLE("notAcceptable", "The answer cannot be given in that media type", 406),
    DUPLICATE("duplicate", "The same PKCS#10 is already known", 409),
    KEY_NOT_ROTATED("keyNotRotated", "The key was used before and may not come back", 409),
    CONFLICT("conflict", "The state does not allow it", 409),
    RETIRED("retired", "The agent was retired", 410),
    PRECONDITION_FAILED("preconditionFailed", "The object has changed", 412),
    TOO_LARGE("tooLarge", "The body is too large", 413),
    UNSUPPORTED_MEDIA_TYPE("unsupportedMediaType", "The body is not JSON", 415),
    RATE_LIMITED("rateLimited", "Too many of these for now", 429),
    INTERNAL("internal", "The server failed", 500),
    UNAVAILABLE("unavailable", "The server cannot do this now", 503);

    private final String slug;
    private final String title;
    private final int status;

    ProblemType(String slug, String title, int status) {
        this.slug = slug;
        this.title = title;
        this.status = status;
    }

    /** The last segment of the problem's {@code type} URI, {@code /problems/SLUG}; also Agilicus' {@code error_code}. */
    public String slug() {
        return slug;
    }

    public String title() {
        return title;
    }

    /** The HTTP status code. */
    public int status() {
        return status;
    }
}
