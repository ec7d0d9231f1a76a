package dev.perennial.server.notary;

import dev.perennial.server.ca.AuthorityOrder;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.DistinguishedName.Attribute;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.NameConstraints;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is said of a CA that is to be made; an empty text is one that was left out. */
record AuthorityBody(
        @Nullable Boolean selfSigned,
        @Nullable String commonName,
        @Nullable String sansDns,
        @Nullable String countryName,
        @Nullable String stateOrProvinceName,
        @Nullable String localityName,
        @Nullable String organizationName,
        @Nullable String organizationalUnitName,
        @Nullable String notValidAfter) {
    private static final Duration USUAL = Duration.ofDays(10 * 365L);
    private static final Duration SHORTEST = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(100 * 365L);

    /** A certificate begins five minutes before it is made, and its last second is one of its own. */
    private static final Duration BEGUN_BEFORE = Duration.ofMinutes(5).plusSeconds(1);

    /** One that signs itself may have a CA below it; one that waits for its certificate signs end entities alone. */
    AuthorityOrder order(String orgId, Instant now) {
        boolean root = Boolean.TRUE.equals(selfSigned);
        String name = RequestBody.required(commonName, "common_name");
        if (said(sansDns) != null) {
            throw RequestBody.invalid("sans_dns: a certificate authority has no DNS name here; leave it out");
        }
        String country = said(countryName);
        if (country != null && country.length() != 2) {
            throw RequestBody.invalid("country_name must be exactly 2 letters");
        }
        return new AuthorityOrder(
                orgId,
                name,
                subject(name),
                root,
                KeyKind.RSA_4096,
                null,
                lasts(now),
                root ? 1 : 0,
                NameConstraints.NONE);
    }

    private DistinguishedName subject(String name) {
        List<Attribute> attributes = new ArrayList<>();
        add(attributes, "C", countryName);
        add(attributes, "ST", stateOrProvinceName);
        add(attributes, "L", localityName);
        add(attributes, "O", organizationName);
        add(attributes, "OU", organizationalUnitName);
        attributes.add(new Attribute("CN", name));
        return DistinguishedName.of(attributes);
    }

    private static void add(List<Attribute> attributes, String type, @Nullable String value) {
        String given = said(value);
        if (given != null) {
            attributes.add(new Attribute(type, given));
        }
    }

    private Duration lasts(Instant now) {
        String text = said(notValidAfter);
        if (text == null) {
            return USUAL;
        }
        Instant end = instant(text);
        if (!end.isAfter(now)) {
            throw RequestBody.invalid("not_valid_after must be in the future");
        }
        Duration lasts = Duration.between(now, end);
        if (lasts.compareTo(SHORTEST) < 0 || lasts.compareTo(LONGEST) > 0) {
            throw RequestBody.invalid("not_valid_after must be a day to a hundred years from now");
        }
        return lasts.plus(BEGUN_BEFORE);
    }

    private static Instant instant(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw RequestBody.invalid("not_valid_after must be an RFC 3339 instant like 2036-01-31T12:00:00Z");
        }
    }

    private static @Nullable String said(@Nullable String value) {
        return "".equals(value) ? null : value;
    }
}
