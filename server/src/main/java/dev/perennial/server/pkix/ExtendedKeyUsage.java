package dev.perennial.server.pkix;

/** The purposes that a profile can name (RFC 5280 §4.2.1.12, RFC 4809 §3.1.6.2 and two of old browsers). */
public enum ExtendedKeyUsage {
    SERVER_AUTH("1.3.6.1.5.5.7.3.1", "serverAuth"),
    CLIENT_AUTH("1.3.6.1.5.5.7.3.2", "clientAuth"),
    CODE_SIGNING("1.3.6.1.5.5.7.3.3", "codeSigning"),
    EMAIL_PROTECTION("1.3.6.1.5.5.7.3.4", "emailProtection"),
    IPSEC_END_SYSTEM("1.3.6.1.5.5.7.3.5", "ipsecEndSystem"),
    IPSEC_TUNNEL("1.3.6.1.5.5.7.3.6", "ipsecTunnel"),
    IPSEC_USER("1.3.6.1.5.5.7.3.7", "ipsecUser"),
    TIME_STAMPING("1.3.6.1.5.5.7.3.8", "timeStamping"),
    OCSP_SIGNING("1.3.6.1.5.5.7.3.9", "OCSPSigning"),
    MICROSOFT_SGC("1.3.6.1.4.1.311.10.3.3", "msSGC"),
    NETSCAPE_SGC("2.16.840.1.113730.4.1", "nsSGC");

    private final String oid;
    private final String word;

    ExtendedKeyUsage(String oid, String word) {
        this.oid = oid;
        this.word = word;
    }

    public String oid() {
        return oid;
    }

    /** Its name in RFC 5280, {@code serverAuth}. */
    String word() {
        return word;
    }
}
