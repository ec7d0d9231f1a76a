package dev.perennial.server.pkix;

import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One extension under lint: absent, there but unreadable, or read. */
final class LintedExtension<T> {
    private final @Nullable Listed listed;
    private final @Nullable T value;

    private LintedExtension(@Nullable Listed listed, @Nullable T value) {
        this.listed = listed;
        this.value = value;
    }

    /**
     * An extension as it stands in the list.
     *
     * @param falseEncoded whether its criticality is written out though it is the default
     * @param der whether its value is one element of DER
     */
    record Listed(String oid, boolean critical, boolean falseEncoded, byte[] value, boolean der) {
        static Listed read(DerReader list) {
            DerReader one = list.enter(DerReader.SEQUENCE);
            String oid = one.oid();
            boolean written = one.nextIs(DerReader.BOOLEAN);
            boolean critical = written && one.bool();
            byte[] value = one.content(DerReader.OCTET_STRING);
            one.end();
            return new Listed(oid, critical, written && !critical, value, isDer(value));
        }

        private static boolean isDer(byte[] value) {
            try {
                DerLimits.check(value);
                return true;
            } catch (DerException e) {
                return false;
            }
        }
    }

    /** What {@code reading} makes of the value; it consumes the one element and fails with {@link DerException}. */
    static <T> LintedExtension<T> of(@Nullable Listed listed, Function<DerReader, T> reading) {
        if (listed == null || !listed.der()) {
            return new LintedExtension<>(listed, null);
        }
        try {
            return new LintedExtension<>(listed, reading.apply(DerReader.over(listed.value())));
        } catch (DerException e) {
            return new LintedExtension<>(listed, null);
        }
    }

    boolean isThere() {
        return listed != null;
    }

    boolean isCritical() {
        return listed != null && listed.critical();
    }

    /** Absent or critical. */
    boolean isNeverUncritical() {
        return listed == null || listed.critical();
    }

    /** Not of DER at all is another rule's finding, and one is enough. */
    boolean isReadable() {
        return listed == null || !listed.der() || value != null;
    }

    /** Whether the value keeps to it; true where there is none. */
    boolean holds(Predicate<T> rule) {
        return value == null || rule.test(value);
    }

    /** Whether there is a value and it is so. */
    boolean has(Predicate<T> property) {
        return value != null && property.test(value);
    }
}
