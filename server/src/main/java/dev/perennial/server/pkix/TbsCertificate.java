package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A TBSCertificate (RFC 5280 §4.1.2) taken apart; what reads back certificates and what lints them rely on it. */
final class TbsCertificate {
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;

    private final int version;
    private final BigInteger serial;
    private final byte[] algorithm;
    private final byte[] issuer;
    private final Instant notBefore;
    private final Instant notAfter;
    private final byte[] subject;
    private final byte[] keyInfo;
    private final Map<String, Extension> extensions;

    private TbsCertificate(DerReader fields) {
        version = fields.nextIs(VERSION) ? version(fields.enter(VERSION)) : 1;
        serial = fields.integer();
        algorithm = fields.element();
        issuer = fields.element();
        DerReader validity = fields.enter(DerReader.SEQUENCE);
        notBefore = time(validity);
        notAfter = time(validity);
        validity.end();
        subject = fields.element();
        keyInfo = fields.element();
        if (fields.nextIs(EXTENSIONS)) {
            DerReader list = fields.enter(EXTENSIONS);
            extensions = Extension.readAll(list);
            list.end();
        } else {
            extensions = Map.of();
        }
        fields.end();
    }

    /** Fails with {@link DerException}. */
    static TbsCertificate read(byte[] der) {
        DerLimits.check(der);
        return new TbsCertificate(DerReader.over(der).enter(DerReader.SEQUENCE));
    }

    private static int version(DerReader reader) {
        int version = reader.integer().intValue() + 1;
        reader.end();
        return version;
    }

    /** A Time of RFC 5280 §4.1.2.5. */
    static Instant time(DerReader reader) {
        int tag = reader.nextTag();
        String text = new String(reader.content(tag), StandardCharsets.US_ASCII);
        boolean utc = tag == DerWriter.UTC_TIME && isDigitsAndZ(text, 12);
        if (!utc && !(tag == DerWriter.GENERALIZED_TIME && isDigitsAndZ(text, 14))) {
            throw new DerException("a time that is none of RFC 5280's");
        }
        String digits = utc ? (text.charAt(0) < '5' ? "20" : "19") + text : text;
        try {
            return LocalDateTime.of(
                            Integer.parseInt(digits, 0, 4, 10),
                            Integer.parseInt(digits, 4, 6, 10),
                            Integer.parseInt(digits, 6, 8, 10),
                            Integer.parseInt(digits, 8, 10, 10),
                            Integer.parseInt(digits, 10, 12, 10),
                            Integer.parseInt(digits, 12, 14, 10))
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new DerException("a time that no calendar has");
        }
    }

    private static boolean isDigitsAndZ(String text, int digits) {
        if (text.length() != digits + 1 || text.charAt(digits) != 'Z') {
            return false;
        }
        for (int i = 0; i < digits; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    int version() {
        return version;
    }

    BigInteger serial() {
        return serial;
    }

    byte[] algorithm() {
        return algorithm;
    }

    byte[] issuer() {
        return issuer;
    }

    Instant notBefore() {
        return notBefore;
    }

    Instant notAfter() {
        return notAfter;
    }

    byte[] subject() {
        return subject;
    }

    byte[] keyInfo() {
        return keyInfo;
    }

    Map<String, Extension> extensions() {
        return extensions;
    }

    boolean isAuthority() {
        Extension extension = extensions.get(Extension.BASIC_CONSTRAINTS);
        if (extension == null) {
            return false;
        }
        DerReader constraints = extension.reader().enter(DerReader.SEQUENCE);
        return constraints.nextIs(DerReader.BOOLEAN) && constraints.bool();
    }

    @Nullable
    String subjectKeyIdentifier() {
        Extension extension = extensions.get(Extension.SUBJECT_KEY_IDENTIFIER);
        return extension == null
                ? null
                : HexFormat.of().formatHex(extension.reader().content(DerReader.OCTET_STRING));
    }
}
