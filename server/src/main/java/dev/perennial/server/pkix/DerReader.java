package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A cursor over DER (X.690 §10): definite and shortest lengths, low tag numbers, shortest integers, nothing else. Each
 * reading method consumes one element and fails with {@link DerException} if it is another than the one asked for.
 */
final class DerReader {
    static final int BOOLEAN = 0x01;
    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OID = 0x06;
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;

    private static final int LONGEST_OID = 64;

    private final byte[] bytes;
    private final int end;
    private int position;

    private DerReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    /** A reader over all of {@code bytes}, which must not change while it is in use. */
    static DerReader over(byte[] bytes) {
        return new DerReader(bytes, 0, bytes.length);
    }

    boolean hasMore() {
        return position < end;
    }

    boolean nextIs(int tag) {
        return position < end && nextTag() == tag;
    }

    int nextTag() {
        if (position >= end) {
            throw new DerException("an element is missing");
        }
        return bytes[position] & 0xff;
    }

    /** Fails if something is left. */
    void end() {
        if (position < end) {
            throw new DerException("there is more than was expected");
        }
    }

    /** Consumes the next element, whatever it is, and returns a reader over its contents. */
    DerReader enter() {
        int tag = nextTag();
        if ((tag & 0x1f) == 0x1f) {
            throw new DerException("a high tag number");
        }
        int start = position + 1;
        int length = byteAt(start++);
        if (length == 0x80) {
            throw new DerException("an indefinite length; DER has definite ones only");
        }
        if (length > 0x80) {
            int octets = length & 0x7f;
            if (octets > 3) {
                throw new DerException("a length beyond the end");
            }
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | byteAt(start++);
            }
            if (length < 0x80 || length < 1 << (8 * (octets - 1))) {
                throw new DerException("a length that is not in its shortest form");
            }
        }
        if (length > end - start) {
            throw new DerException("a length beyond the end");
        }
        position = start + length;
        return new DerReader(bytes, start, position);
    }

    DerReader enter(int tag) {
        int found = nextTag();
        if (found != tag) {
            throw new DerException(String.format("tag %02x where %02x belongs", found, tag));
        }
        return enter();
    }

    /** An element that may hold elements but has at least one, as each SEQUENCE SIZE (1..MAX) has. */
    DerReader enterNonEmpty(int tag) {
        DerReader inside = enter(tag);
        if (!inside.hasMore()) {
            throw new DerException("an empty list");
        }
        return inside;
    }

    /** The next element with its tag and length. */
    byte[] element() {
        int start = position;
        enter();
        return Arrays.copyOfRange(bytes, start, position);
    }

    /** What is left, unparsed. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return rest;
    }

    byte[] content(int tag) {
        return enter(tag).rest();
    }

    BigInteger integer() {
        byte[] content = content(INTEGER);
        boolean padded =
                content.length > 1 && ((content[0] == 0 && content[1] >= 0) || (content[0] == -1 && content[1] < 0));
        if (content.length == 0 || padded) {
            throw new DerException("an integer that is not in its shortest form");
        }
        return new BigInteger(content);
    }

    boolean bool() {
        byte[] content = content(BOOLEAN);
        if (content.length != 1 || (content[0] != 0 && content[0] != -1)) {
            throw new DerException("a boolean that is neither 00 nor FF");
        }
        return content[0] != 0;
    }

    /** A BIT STRING that holds whole octets, as keys and signatures do. */
    byte[] octetsOfBitString() {
        DerReader inside = enter(BIT_STRING);
        if (!inside.hasMore() || inside.bytes[inside.position++] != 0) {
            throw new DerException("a bit string that is not made of whole octets");
        }
        return inside.rest();
    }

    /** The bits of a named bit list, the first bit as bit 0 of the result (X.690 §11.2.2: no trailing zero bits). */
    int namedBits() {
        byte[] content = content(BIT_STRING);
        int unused = content.length == 0 ? 8 : content[0];
        if (unused < 0 || unused > 7 || content.length > 4 || (content.length == 1 && unused != 0)) {
            throw new DerException("a list of bits that is none");
        }
        if (content.length > 1 && (content[content.length - 1] & ((2 << unused) - 1)) != 1 << unused) {
            throw new DerException("a list of bits that is not in its shortest form");
        }
        int bits = 0;
        for (int i = 0; i < 8 * (content.length - 1); i++) {
            bits |= (content[1 + i / 8] >> (7 - i % 8) & 1) << i;
        }
        return bits;
    }

    /** An object identifier in dotted form. */
    String oid() {
        byte[] content = content(OID);
        if (content.length == 0 || content.length > LONGEST_OID || content[content.length - 1] < 0) {
            throw new DerException("an object identifier that is none");
        }
        StringBuilder dotted = new StringBuilder(32);
        long arc = 0;
        boolean arcStarts = true;
        for (byte octet : content) {
            if ((arcStarts && octet == (byte) 0x80) || arc >>> 55 != 0) {
                throw new DerException("an object identifier that is none");
            }
            arc = arc << 7 | (octet & 0x7f);
            arcStarts = octet >= 0;
            if (arcStarts) {
                if (dotted.isEmpty()) {
                    long first = Math.min(arc / 40, 2);
                    dotted.append(first).append('.').append(arc - 40 * first);
                } else {
                    dotted.append('.').append(arc);
                }
                arc = 0;
            }
        }
        return dotted.toString();
    }

    private int byteAt(int index) {
        if (index >= end) {
            throw new DerException("an element that is cut off");
        }
        return bytes[index] & 0xff;
    }
}
