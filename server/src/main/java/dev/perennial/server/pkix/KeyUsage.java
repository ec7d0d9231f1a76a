package dev.perennial.server.pkix;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The bits of the key usage extension in their order (RFC 5280 §4.2.1.3). */
public enum KeyUsage {
    DIGITAL_SIGNATURE(0),
    CONTENT_COMMITMENT(1),
    KEY_ENCIPHERMENT(2),
    DATA_ENCIPHERMENT(3),
    KEY_AGREEMENT(4),
    KEY_CERT_SIGN(5),
    CRL_SIGN(6),
    ENCIPHER_ONLY(7),
    DECIPHER_ONLY(8);

    private final int bit;

    KeyUsage(int bit) {
        this.bit = bit;
    }

    boolean isIn(int bits) {
        return (bits >> bit & 1) != 0;
    }

    static int bits(Collection<KeyUsage> usages) {
        int bits = 0;
        for (KeyUsage usage : usages) {
            bits |= 1 << usage.bit;
        }
        return bits;
    }

    static Set<KeyUsage> ofBits(int bits) {
        return Stream.of(values()).filter(usage -> usage.isIn(bits)).collect(Collectors.toUnmodifiableSet());
    }
}
