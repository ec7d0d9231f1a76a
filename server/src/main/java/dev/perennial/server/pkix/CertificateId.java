package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate an OCSP client asks about (CertID, RFC 6960 §4.1.1): its serial number, and its issuer by digests of
 * name and key.
 */
public final class CertificateId {
    private static final Map<String, String> DIGESTS = new TreeMap<>(Map.of(
            "1.3.14.3.2.26", "SHA-1",
            "2.16.840.1.101.3.4.2.1", "SHA-256",
            "2.16.840.1.101.3.4.2.2", "SHA-384",
            "2.16.840.1.101.3.4.2.3", "SHA-512"));

    private final byte[] der;
    private final String issuer;
    private final BigInteger serial;

    private CertificateId(byte[] der, DerReader fields) {
        this.der = der;
        DerReader algorithm = fields.enter(DerReader.SEQUENCE);
        String oid = algorithm.oid();
        this.issuer = key(oid, fields.content(DerReader.OCTET_STRING), fields.content(DerReader.OCTET_STRING));
        this.serial = fields.integer();
        fields.end();
    }

    static CertificateId read(DerReader reader) {
        byte[] der = reader.element();
        return new CertificateId(der, DerReader.over(der).enter(DerReader.SEQUENCE));
    }

    /** What {@link #issuer()} is where that issuer is meant, by each digest that a client may use. */
    public static Stream<String> namesOf(Issuer issuer) {
        return DIGESTS.entrySet().stream()
                .map(digest -> key(
                        digest.getKey(),
                        Digests.digest(digest.getValue(), issuer.name().sharedDer()),
                        Digests.digest(digest.getValue(), issuer.key().sharedOctets())));
    }

    /** The issuer's digests in one text; the same as one of {@link #namesOf} if it is that one. */
    public String issuer() {
        return issuer;
    }

    /** Null where it is none that a certificate of ours can have. */
    public @Nullable SerialNumber serial() {
        try {
            return new SerialNumber(serial);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** As the client sent it: the answer repeats it (RFC 6960 §4.2.2.3). */
    byte[] sharedDer() {
        return der;
    }

    private static String key(String oid, byte[] nameHash, byte[] keyHash) {
        HexFormat hex = HexFormat.of();
        return oid + " " + hex.formatHex(nameHash) + " " + hex.formatHex(keyHash);
    }
}
