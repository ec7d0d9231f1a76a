package dev.perennial.server.csr;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys under which {@code name_blocks} is searched. They are hints: what is found by them is compared before it is
 * shown, so keys may coincide, but what is there must have its keys.
 *
 * <p>Three neighbouring octets of a name make a key with the number's segment in it, so that a search goes through the
 * segments in order and stops when a page is full, however many names there are with such a part. Whole names and keys
 * are rare enough to go without. Changing any of this needs a new index.
 */
final class NameKeys {
    /** Numbers in a row of {@code name_blocks}. */
    static final int BLOCK = 16;

    /** Numbers that have their keys for parts of names in common. */
    static final int SEGMENT = 1 << 16;

    /** The shortest part of a name that can be searched for, in octets. */
    static final int SHORTEST = 3;

    /** More of them narrow nothing further. */
    private static final int MOST_ASKED = 12;

    private static final int SEGMENTS = 1 << 10;
    private static final int WHOLE = 1 << 31;

    private NameKeys() {}

    /** All keys of one generation; {@code identifiers} with their types, as they are stored. */
    static IntStream of(long number, List<String> identifiers, @Nullable String commonName, byte[] spkiSha256) {
        Stream<String> values = Stream.concat(identifiers.stream().map(NameKeys::value), Stream.ofNullable(commonName));
        IntStream whole = identifiers.stream().mapToInt(NameKeys::whole);
        IntStream other = commonName == null
                ? IntStream.of(ofKey(spkiSha256))
                : IntStream.of(ofKey(spkiSha256), ofCommonName(commonName));
        return IntStream.concat(
                IntStream.concat(whole, other), values.flatMapToInt(value -> Arrays.stream(parts(number, value))));
    }

    /** What every name with that part in it has among its keys, in the segment of that number. */
    static int[] ofPart(long number, String part) {
        int[] all = parts(number, part);
        return all.length <= MOST_ASKED
                ? all
                : IntStream.range(0, MOST_ASKED)
                        .map(i -> all[(int) ((long) i * (all.length - 1) / (MOST_ASKED - 1))])
                        .toArray();
    }

    /** @param identifier with its type */
    static int whole(String identifier) {
        return WHOLE | identifier.hashCode();
    }

    static int ofCommonName(String commonName) {
        return WHOLE | ("cn:" + commonName).hashCode();
    }

    static int ofKey(byte[] spkiSha256) {
        return whole(HexFormat.of().formatHex(spkiSha256));
    }

    private static String value(String identifier) {
        return identifier.substring(identifier.indexOf(':') + 1);
    }

    private static int[] parts(long number, String text) {
        byte[] octets = small(text).getBytes(StandardCharsets.UTF_8);
        int segment = (int) (number / SEGMENT % SEGMENTS) << 21;
        int[] keys = new int[Math.max(0, octets.length - SHORTEST + 1)];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = segment | (octets[i] & 127) << 14 | (octets[i + 1] & 127) << 7 | octets[i + 2] & 127;
        }
        return keys;
    }

    /** ASCII letters made small and no others, as PostgreSQL's lower() does by the collation "C". */
    static String small(String text) {
        return text.chars().anyMatch(c -> c >= 'A' && c <= 'Z')
                ? text.codePoints()
                        .map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()
                : text;
    }
}
