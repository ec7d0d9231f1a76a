package dev.perennial.server.pkix;

/** The purposes that a profile can name (RFC 5280 §4.2.1.12). */
public enum ExtendedKeyUsage {
    SERVER_AUTH("1.3.6.1.5.5.7.3.1"),
    CLIENT_AUTH("1.3.6.1.5.5.7.3.2"),
    CODE_SIGNING("1.3.6.1.5.5.7.3.3"),
    EMAIL_PROTECTION("1.3.6.1.5.5.7.3.4"),
    TIME_STAMPING("1.3.6.1.5.5.7.3.8"),
    OCSP_SIGNING("1.3.6.1.5.5.7.3.9");

    private final String oid;

    ExtendedKeyUsage(String oid) {
        this.oid = oid;
    }

    public String oid() {
        return oid;
    }
}
