package dev.perennial.server.testing;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;

/** PKCS#10 with the subjects and names that somebody would send to be taken for somebody else, or to be a burden. */
public final class HostileCsrs {
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
    private static final int DNS = 2;
    private static final KeyPair KEY = TestCsrs.keyPair();

    private HostileCsrs() {}

    /**
     * One of them.
     *
     * @param told what a refusal has to say of it
     */
    public record Hostile(String name, String pem, String told) {
        @Override
        public String toString() {
            return name;
        }
    }

    public static List<Hostile> all() {
        return List.of(
                subject("NUL in the common name", COMMON_NAME, "www.example.com\0.example.org", "control"),
                names("NUL in a DNS name", "not letters, digits", "www.example.com\0.example.org"),
                subject("bidi in the common name", COMMON_NAME, "www.\u202emoc.example", "formatting character"),
                new Hostile("bidi in a DNS name", utf8Name("www.\u202emoc.example"), "not letters, digits"),
                subject("common name of 65 characters", COMMON_NAME, "a".repeat(65), "1 to 64 characters"),
                names("DNS label of 65 characters", "more than 63 characters", "a".repeat(65) + ".example.com"),
                names("10,000 names", "more than 5000 elements", many("a")),
                names("IPv4 as DNS name", "belongs in an IP name", "192.0.2.1"),
                names("IPv6 as DNS name", "not letters, digits", "2001:db8::1"),
                subject("e-mail with CR LF in the subject", EMAIL_ADDRESS, "a@b.test\r\nBcc: c@d.test", "control"),
                names("e-mail with CR LF", "not local@domain", "email:a\r\nBcc: c@d.test"));
    }

    /** Of so many names that it is too large before it is read. */
    public static String large() {
        return CsrBuilder.with(KEY).names(many("www.example.com")).pem();
    }

    private static String[] many(String name) {
        return Stream.generate(() -> name).limit(10_000).toArray(String[]::new);
    }

    private static Hostile subject(String name, String oid, String value, String told) {
        String pem = CsrBuilder.with(KEY)
                .attribute(oid, new DERUTF8String(value))
                .names("www.example.com")
                .pem();
        return new Hostile(name, pem, told);
    }

    private static Hostile names(String name, String told, String... names) {
        return new Hostile(name, CsrBuilder.with(KEY).names(names).pem(), told);
    }

    /** The type says ASCII, and another encoder would not write it. */
    private static String utf8Name(String name) {
        DEROctetString octets = new DEROctetString(name.getBytes(StandardCharsets.UTF_8));
        return CsrBuilder.with(KEY)
                .names(new DERTaggedObject(false, DNS, octets))
                .pem();
    }
}
