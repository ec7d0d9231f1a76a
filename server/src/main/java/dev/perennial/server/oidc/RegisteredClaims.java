package dev.perennial.server.oidc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The claims that every token has to have (RFC 7519 §4.1), judged by the issuer's configuration and the time of now. */
final class RegisteredClaims {
    /** By so much an issuer's clock may be ahead of ours. A token that has ended gets none of it. */
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    /** A credential that lasts for longer is a password. */
    private static final Duration LONGEST_LIFE = Duration.ofHours(24);

    private static final int LONGEST_SUBJECT = 256;
    private static final int MOST_AUDIENCES = 32;
    private static final double LAST_SECOND = 253_402_300_799.0;

    private RegisteredClaims() {}

    /** Who issued it, as it says; only for finding the issuer's configuration. */
    static String issuer(ObjectNode claims) {
        JsonNode issuer = claims.path("iss");
        if (!issuer.isTextual()) {
            throw Jwt.refused("it has no issuer (iss)");
        }
        return issuer.textValue();
    }

    static String subject(ObjectNode claims) {
        JsonNode subject = claims.path("sub");
        if (!subject.isTextual() || subject.textValue().isEmpty()) {
            throw Jwt.refused("it has no subject (sub)");
        }
        String text = subject.textValue();
        if (text.length() > LONGEST_SUBJECT || !ClaimPath.isPlain(text)) {
            throw Jwt.refused("its subject (sub) is longer than " + LONGEST_SUBJECT
                    + " characters, or has characters that are not for display");
        }
        return text;
    }

    /** When it ends; fails unless it is for us and in its time. */
    static Instant judge(ObjectNode claims, TrustedIssuer issuer, Instant now) {
        List<String> audience = audience(claims);
        if (audience.stream().noneMatch(issuer.audience()::contains)) {
            throw Jwt.refused("its audience (aud) is not this server; have it issued for one of "
                    + String.join(", ", issuer.audience()));
        }
        Instant expires = required(claims, "exp");
        Instant notBefore = required(claims, "nbf");
        Instant issued = claims.has("iat") ? required(claims, "iat") : notBefore;
        if (!now.isBefore(expires)) {
            throw Jwt.refused("it ended (exp) at " + expires + "; get a new one");
        }
        if (now.plus(LEEWAY).isBefore(notBefore) || now.plus(LEEWAY).isBefore(issued)) {
            throw Jwt.refused("its time (nbf, iat) has not come; compare the clocks: it is " + now + " here");
        }
        if (Duration.between(issued, expires).compareTo(LONGEST_LIFE.plus(LEEWAY)) > 0) {
            throw Jwt.refused("it lives for longer than " + LONGEST_LIFE + "; have it issued for a shorter time");
        }
        return expires;
    }

    private static List<String> audience(ObjectNode claims) {
        JsonNode audience = claims.path("aud");
        List<String> texts = new ArrayList<>();
        if (audience.isTextual()) {
            texts.add(audience.textValue());
        } else if (audience.isArray() && audience.size() <= MOST_AUDIENCES) {
            audience.forEach(one -> texts.add(one.isTextual() ? one.textValue() : ""));
        }
        if (texts.isEmpty()) {
            throw Jwt.refused("it has no audience (aud), or more than " + MOST_AUDIENCES);
        }
        return texts;
    }

    /** A NumericDate (RFC 7519 §2): seconds, perhaps with a fraction. */
    private static Instant required(ObjectNode claims, String name) {
        JsonNode date = claims.path(name);
        double seconds = date.isNumber() ? date.doubleValue() : -1;
        if (!(seconds >= 0 && seconds <= LAST_SECOND)) {
            throw Jwt.refused("it has no time (" + name + ") as a number of seconds");
        }
        return Instant.ofEpochMilli((long) (seconds * 1_000));
    }
}
