package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Writes DER elements, each a byte array with tag and length; small enough that copying is cheaper than cleverness. */
final class DerWriter {
    static final int UTF8_STRING = 0x0c;
    static final int PRINTABLE_STRING = 0x13;
    static final int IA5_STRING = 0x16;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;

    private static final Map<String, byte[]> OIDS = new ConcurrentHashMap<>();

    private DerWriter() {}

    static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        int lengthOctets = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
        byte[] element = new byte[2 + lengthOctets + length];
        element[0] = (byte) tag;
        element[1] = (byte) (lengthOctets == 0 ? length : 0x80 | lengthOctets);
        for (int i = 0; i < lengthOctets; i++) {
            element[2 + i] = (byte) (length >> (8 * (lengthOctets - 1 - i)));
        }
        int position = 2 + lengthOctets;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, element, position, part.length);
            position += part.length;
        }
        return element;
    }

    static byte[] sequence(byte[]... parts) {
        return element(DerReader.SEQUENCE, parts);
    }

    static byte[] sequence(List<byte[]> parts) {
        return sequence(parts.toArray(byte[][]::new));
    }

    static byte[] integer(BigInteger value) {
        return element(DerReader.INTEGER, value.toByteArray());
    }

    static byte[] yes() {
        return new byte[] {DerReader.BOOLEAN, 1, (byte) 0xff};
    }

    static byte[] nothing() {
        return new byte[] {DerReader.NULL, 0};
    }

    static byte[] bitString(byte[] octets) {
        return element(DerReader.BIT_STRING, new byte[1], octets);
    }

    /** A named bit list: bit 0 of {@code bits} is written first, trailing zero bits are left out (X.690 §11.2.2). */
    static byte[] namedBits(int bits) {
        int count = 32 - Integer.numberOfLeadingZeros(bits);
        byte[] content = new byte[1 + (count + 7) / 8];
        content[0] = (byte) (8 * (content.length - 1) - count);
        for (int i = 0; i < count; i++) {
            content[1 + i / 8] |= (byte) ((bits >> i & 1) << (7 - i % 8));
        }
        return element(DerReader.BIT_STRING, content);
    }

    static byte[] text(int tag, String value) {
        return element(tag, value.getBytes(StandardCharsets.UTF_8));
    }

    /** UTCTime through the year 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5); whole seconds. */
    static byte[] time(Instant instant) {
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        return time(instant, year >= 1950 && year < 2050);
    }

    /** As OCSP writes all times (RFC 6960 §4.2.1); whole seconds. */
    static byte[] generalizedTime(Instant instant) {
        return time(instant, false);
    }

    private static byte[] time(Instant instant, boolean utc) {
        OffsetDateTime time = instant.atOffset(ZoneOffset.UTC);
        int year = time.getYear();
        if (year < 0 || year > 9999) {
            throw new IllegalArgumentException("no certificate has a time in the year " + year);
        }
        long digits = time.getMonthValue();
        digits = digits * 100 + time.getDayOfMonth();
        digits = digits * 100 + time.getHour();
        digits = digits * 100 + time.getMinute();
        digits = digits * 100 + time.getSecond();
        byte[] text = new byte[utc ? 13 : 15];
        digits += (utc ? year % 100 : year) * 10_000_000_000L;
        for (int place = text.length - 2; place >= 0; place--) {
            text[place] = (byte) ('0' + digits % 10);
            digits /= 10;
        }
        text[text.length - 1] = 'Z';
        return element(utc ? UTC_TIME : GENERALIZED_TIME, text);
    }

    /** Only ever asked for the few that we certify with, so they are kept. */
    static byte[] oid(String dotted) {
        return OIDS.computeIfAbsent(dotted, DerWriter::encodeOid).clone();
    }

    private static byte[] encodeOid(String dotted) {
        String[] arcs = dotted.split("\\.");
        byte[] content = new byte[9 * arcs.length];
        int position = 0;
        for (int i = 1; i < arcs.length; i++) {
            long arc = Long.parseLong(arcs[i]) + (i == 1 ? 40 * Long.parseLong(arcs[0]) : 0);
            int septets = Math.max(1, (70 - Long.numberOfLeadingZeros(arc)) / 7);
            for (int shift = 7 * (septets - 1); shift >= 0; shift -= 7) {
                content[position++] = (byte) (((arc >> shift) & 0x7f) | (shift > 0 ? 0x80 : 0));
            }
        }
        return element(DerReader.OID, Arrays.copyOf(content, position));
    }
}
