package dev.perennial.server.pkix;

import java.util.LinkedHashMap;
import java.util.Map;

/** One extension (RFC 5280 §4.2): its identifier, whether it is critical, and its value's DER. */
final class Extension {
    static final String SUBJECT_DIRECTORY_ATTRIBUTES = "2.5.29.9";
    static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    static final String KEY_USAGE = "2.5.29.15";
    static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    static final String ISSUER_ALTERNATIVE_NAME = "2.5.29.18";
    static final String BASIC_CONSTRAINTS = "2.5.29.19";
    static final String CRL_NUMBER = "2.5.29.20";
    static final String REASON_CODE = "2.5.29.21";
    static final String NAME_CONSTRAINTS = "2.5.29.30";
    static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    static final String CERTIFICATE_POLICIES = "2.5.29.32";
    static final String POLICY_MAPPINGS = "2.5.29.33";
    static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    static final String POLICY_CONSTRAINTS = "2.5.29.36";
    static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    static final String FRESHEST_CRL = "2.5.29.46";
    static final String INHIBIT_ANY_POLICY = "2.5.29.54";
    static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
    static final String SUBJECT_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.11";
    static final String OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
    static final String NO_REVOCATION_AVAILABLE = "2.5.29.56";
    static final String PRECERTIFICATE_POISON = "1.3.6.1.4.1.11129.2.4.3";
    static final String SCT_LIST = "1.3.6.1.4.1.11129.2.4.2";

    private final String oid;
    private final boolean critical;
    private final byte[] value;

    Extension(String oid, boolean critical, byte[] value) {
        this.oid = oid;
        this.critical = critical;
        this.value = value;
    }

    String oid() {
        return oid;
    }

    boolean critical() {
        return critical;
    }

    byte[] value() {
        return value;
    }

    /** A reader over the value, which is checked against the limits first: it stood in an OCTET STRING until now. */
    DerReader reader() {
        DerLimits.check(value);
        return DerReader.over(value);
    }

    byte[] der() {
        byte[] octets = DerWriter.element(DerReader.OCTET_STRING, value);
        return critical
                ? DerWriter.sequence(DerWriter.oid(oid), DerWriter.yes(), octets)
                : DerWriter.sequence(DerWriter.oid(oid), octets);
    }

    /** Extensions by identifier, in their order; none may be there twice (RFC 5280 §4.2). */
    static Map<String, Extension> readAll(DerReader reader) {
        Map<String, Extension> extensions = new LinkedHashMap<>();
        DerReader list = reader.enterNonEmpty(DerReader.SEQUENCE);
        while (list.hasMore()) {
            DerReader one = list.enter(DerReader.SEQUENCE);
            String oid = one.oid();
            boolean critical = one.nextIs(DerReader.BOOLEAN) && one.bool();
            byte[] value = one.content(DerReader.OCTET_STRING);
            one.end();
            if (extensions.put(oid, new Extension(oid, critical, value)) != null) {
                throw new DerException("the extension " + oid + " is there twice");
            }
        }
        return extensions;
    }
}
