package dev.perennial.server.judges;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;

/** A use that a relying party asks for. */
public enum Purpose {
    SERVER("1.3.6.1.5.5.7.3.1"),
    CLIENT("1.3.6.1.5.5.7.3.2"),
    CODE("1.3.6.1.5.5.7.3.3"),
    EMAIL("1.3.6.1.5.5.7.3.4"),
    IPSEC_END_SYSTEM("1.3.6.1.5.5.7.3.5"),
    IPSEC_TUNNEL("1.3.6.1.5.5.7.3.6"),
    IPSEC_USER("1.3.6.1.5.5.7.3.7"),
    TIMESTAMPING("1.3.6.1.5.5.7.3.8");

    /** Server gated cryptography, of Microsoft and of Netscape: OpenSSL and NSS take it for {@link #SERVER}. */
    private static final List<String> GATED = List.of("1.3.6.1.4.1.311.10.3.3", "2.16.840.1.113730.4.1");

    /** These all judges can be asked for, whatever the key may be used for. */
    private static final List<Purpose> COMMON = List.of(SERVER, CLIENT, EMAIL);

    private final String oid;

    Purpose(String oid) {
        this.oid = oid;
    }

    String oid() {
        return oid;
    }

    static List<Purpose> of(X509Certificate leaf) {
        List<String> purposes = purposes(leaf);
        return Arrays.stream(values())
                .filter(purpose -> purposes.contains(purpose.oid))
                .toList();
    }

    /** One that the certificate is not for. */
    static Purpose not(X509Certificate leaf) {
        List<String> purposes = purposes(leaf);
        boolean gated = GATED.stream().anyMatch(purposes::contains);
        return COMMON.stream()
                .filter(purpose -> !purposes.contains(purpose.oid) && !(gated && purpose == SERVER))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> purposes(X509Certificate leaf) {
        try {
            return leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw new IllegalStateException(e);
        }
    }
}
