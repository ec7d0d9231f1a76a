package dev.perennial.server.pkix;

/** The purposes that a profile can name (RFC 5280 §4.2.1.12, RFC 4809 §3.1.6.2 and two of old browsers). */
public enum ExtendedKeyUsage {
    SERVER_AUTH("1.3.6.1.5.5.7.3.1"),
    CLIENT_AUTH("1.3.6.1.5.5.7.3.2"),
    CODE_SIGNING("1.3.6.1.5.5.7.3.3"),
    EMAIL_PROTECTION("1.3.6.1.5.5.7.3.4"),
    IPSEC_END_SYSTEM("1.3.6.1.5.5.7.3.5"),
    IPSEC_TUNNEL("1.3.6.1.5.5.7.3.6"),
    IPSEC_USER("1.3.6.1.5.5.7.3.7"),
    TIME_STAMPING("1.3.6.1.5.5.7.3.8"),
    OCSP_SIGNING("1.3.6.1.5.5.7.3.9"),
    MICROSOFT_SGC("1.3.6.1.4.1.311.10.3.3"),
    NETSCAPE_SGC("2.16.840.1.113730.4.1");

    private final String oid;

    ExtendedKeyUsage(String oid) {
        this.oid = oid;
    }

    public String oid() {
        return oid;
    }
}
