package dev.perennial.server.qradar;

import dev.perennial.model.ProblemType;

/**
 * The one table of unique codes, each with its HTTP status and what it means. Upstream prints the numbers 1020 and 1030 to
 * 1042 without their meanings, so those are ours; where it prints none, the code is the HTTP status. Clients branch on
 * the status first.
 */
enum UniqueCode {
    PURPOSE(1032, 422, "The purpose is missing, or is not one of those that there are."),
    COMMON_NAME(1033, 422, "The common_name is missing or not acceptable."),
    KEY_SIZE(1034, 422, "The key_size is not one of those that there are."),
    COUNTRY(1035, 422, "The country_name is not a code of two letters."),
    DNS(1036, 422, "An entry of dns is not acceptable."),
    IP_ADDRESS(1037, 422, "An entry of ip_addresses is not acceptable."),
    EMAIL(1038, 422, "An entry of emails is not acceptable."),
    URI(1039, 422, "An entry of uri_list is not acceptable."),
    SUBJECT(1040, 422, "An attribute of the subject is too long, or has characters that it may not have."),
    DESCRIPTION(1041, 422, "The description is too long, or has characters that it may not have."),
    BODY(1042, 422, "The body is not an acceptable CSRModel."),
    PARAMETER(1101, 422, "A parameter or header of the call is not valid."),
    NO_REQUEST(1002, 404, "The resource does not exist."),
    NO_CREDENTIAL(18, 401, "The credential is missing or wrong."),
    UNEXPECTED(1020, 500, "Something unexpected went wrong."),
    GENERATION(1030, 500, "The key or the Certificate Signing Request could not be made."),
    SYNTAX(400, 400, "The call cannot be read."),
    FORBIDDEN(403, 403, "The call is not allowed to this account."),
    METHOD(405, 405, "The resource does not have this method."),
    MEDIA_TYPE_WANTED(406, 406, "The answer does not exist in the media type that is asked for."),
    CONFLICT(409, 409, "The state of the resource does not allow it."),
    TOO_LARGE(413, 413, "The body is too large."),
    MEDIA_TYPE_SENT(415, 415, "The body has a media type that is not read."),
    TOO_MANY(429, 429, "There were too many calls of this kind."),
    UNAVAILABLE(503, 503, "The server cannot do it now.");

    private final int code;
    private final int status;
    private final String meaning;

    UniqueCode(int code, int status, String meaning) {
        this.code = code;
        this.status = status;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    int status() {
        return status;
    }

    String meaning() {
        return meaning;
    }

    /** What is said of the HTTP status alone, whatever the code. */
    String ofStatus() {
        return switch (this) {
            case PURPOSE,
                    COMMON_NAME,
                    KEY_SIZE,
                    COUNTRY,
                    DNS,
                    IP_ADDRESS,
                    EMAIL,
                    URI,
                    SUBJECT,
                    DESCRIPTION,
                    BODY,
                    PARAMETER -> "The request was well-formed but was unable to be followed due to semantic errors.";
            case NO_REQUEST -> "We could not find the resource you requested.";
            case NO_CREDENTIAL -> "You are unauthorized to access the requested resource.";
            case UNEXPECTED, GENERATION -> "Unexpected internal server error.";
            case SYNTAX -> "Invalid syntax for this request was provided.";
            case FORBIDDEN -> "Your account is not authorized to access the requested resource";
            case METHOD -> "The requested resource does not support the method.";
            case MEDIA_TYPE_WANTED -> "The requested resource cannot be given in an acceptable media type.";
            case CONFLICT -> "The request could not be completed due to the state of the resource.";
            case TOO_LARGE -> "The request is larger than the server takes.";
            case MEDIA_TYPE_SENT -> "The media type of the request is not supported.";
            case TOO_MANY -> "Too many requests were sent.";
            case UNAVAILABLE -> "The service is not available now.";
        };
    }

    /** @param nothingMade whether it failed while a request was being made */
    static UniqueCode of(ProblemType type, boolean nothingMade) {
        return switch (type) {
            case MALFORMED -> SYNTAX;
            case BAD_CSR, BAD_PUBLIC_KEY, BAD_SIGNATURE, UNKNOWN_SIGNER, BAD_REVOCATION_REASON -> BODY;
            case UNAUTHENTICATED -> NO_CREDENTIAL;
            case UNAUTHORIZED, REJECTED_IDENTIFIER, RETIRED -> FORBIDDEN;
            case NOT_FOUND, UNKNOWN, WITHDRAWN -> NO_REQUEST;
            case METHOD_NOT_ALLOWED -> METHOD;
            case NOT_ACCEPTABLE -> MEDIA_TYPE_WANTED;
            case DUPLICATE, KEY_NOT_ROTATED, CONFLICT, PRECONDITION_FAILED -> UniqueCode.CONFLICT;
            case TOO_LARGE -> UniqueCode.TOO_LARGE;
            case UNSUPPORTED_MEDIA_TYPE -> MEDIA_TYPE_SENT;
            case RATE_LIMITED -> TOO_MANY;
            case INTERNAL -> nothingMade ? GENERATION : UNEXPECTED;
            case UNAVAILABLE -> UniqueCode.UNAVAILABLE;
        };
    }

    /** A failure with this code; the text says what is wrong with this call. */
    UniqueCodeException because(String message) {
        return new UniqueCodeException(this, message);
    }
}
