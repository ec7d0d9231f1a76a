package dev.perennial.agent.install;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;

/**
 * What stands in a generation, written last: with it the generation is whole, and later nobody has changed it unseen.
 *
 * @param serial lower-case hex
 * @param certificateSha256 lower-case hex of the certificate's DER
 * @param publicKeySha256 lower-case hex of its SubjectPublicKeyInfo
 * @param reason why it was made, as hooks are told it
 */
public record Manifest(
        int schema,
        int generation,
        String serial,
        String certificateSha256,
        String publicKeySha256,
        Instant notBefore,
        Instant notAfter,
        String reason,
        List<Entry> files) {
    static final String FILE = "MANIFEST.json";

    /** @param mode as {@code ls} shows it, {@code rw-------} */
    public record Entry(String name, String sha256, long size, String mode) {}

    public BigInteger serialNumber() {
        return new BigInteger(serial, 16);
    }
}
