package dev.perennial.server.pkix;

/** Walks DER once before anything is made of it, so that no later step meets depth, size or form that it must fear. */
final class DerLimits {
    static final int MAX_DEPTH = 16;
    static final int MAX_ELEMENTS = 5_000;

    private int elements;

    private DerLimits() {}

    /** Fails with {@link DerException} unless {@code bytes} are exactly one element, well formed and within the limits. */
    static void check(byte[] bytes) {
        DerReader reader = DerReader.over(bytes);
        DerLimits limits = new DerLimits();
        limits.walkOne(reader, 1);
        if (reader.hasMore()) {
            throw new DerException("bytes behind its end");
        }
    }

    private void walkOne(DerReader reader, int depth) {
        if (depth > MAX_DEPTH) {
            throw new DerException("more than " + MAX_DEPTH + " levels");
        }
        if (++elements > MAX_ELEMENTS) {
            throw new DerException("more than " + MAX_ELEMENTS + " elements");
        }
        int tag = reader.nextTag();
        boolean constructed = (tag & 0x20) != 0;
        boolean universal = (tag & 0xc0) == 0;
        if (universal && constructed != (tag == DerReader.SEQUENCE || tag == DerReader.SET)) {
            throw new DerException(String.format("tag %02x, which DER does not have", tag));
        }
        DerReader inside = reader.enter();
        while (constructed && inside.hasMore()) {
            walkOne(inside, depth + 1);
        }
    }
}
