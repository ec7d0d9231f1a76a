package dev.perennial.server.testing;

import dev.perennial.model.ProblemType;
import dev.perennial.server.testing.BadCsrs.Bad;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;

/** Extensions that nobody may ask for, or that are not what they say. */
final class BadExtensions {
    private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("1.2.3.4");
    private static final ASN1ObjectIdentifier POISON = new ASN1ObjectIdentifier("1.3.6.1.4.1.11129.2.4.3");
    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
    private static final KeyPair KEY = TestCsrs.keyPair();

    private BadExtensions() {}

    static void addTo(List<Bad> table) {
        addForbidden(table);
        addMalformed(table);
        addAttributes(table);
    }

    private static void addForbidden(List<Bad> table) {
        bad(table, "CA:TRUE", base().extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        bad(
                table,
                "CA:TRUE, not critical",
                base().extension(Extension.basicConstraints, false, new BasicConstraints(0)));
        bad(table, "keyCertSign", base().extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign)));
        bad(table, "cRLSign", base().extension(Extension.keyUsage, false, new KeyUsage(KeyUsage.cRLSign)));
        bad(table, "all usages", base().extension(Extension.keyUsage, true, new KeyUsage(0xff)));
        bad(table, "unknown and critical", base().extension(UNKNOWN, true, DERNull.INSTANCE));
        bad(table, "poison", base().extension(POISON, true, DERNull.INSTANCE));
        bad(table, "poison, not critical", base().extension(POISON, false, DERNull.INSTANCE));
        ASN1Encodable list = new DERSequence(DERNull.INSTANCE);
        bad(table, "critical name constraints", base().extension(Extension.nameConstraints, true, list));
        bad(table, "critical policies", base().extension(Extension.certificatePolicies, true, list));
    }

    private static void addMalformed(List<Bad> table) {
        for (ASN1ObjectIdentifier oid : List.of(
                Extension.extendedKeyUsage,
                Extension.nameConstraints,
                Extension.cRLDistributionPoints,
                Extension.certificatePolicies,
                Extension.authorityInfoAccess)) {
            bad(table, oid + " empty", base().extension(oid, false, new DERSequence()));
            bad(table, oid + " no list", base().extension(oid, false, DERNull.INSTANCE));
            bad(table, oid + " of nothing", base().extension(oid, false, new byte[0]));
        }
        ASN1ObjectIdentifier usage = Extension.extendedKeyUsage;
        bad(table, "usages that are none", base().extension(usage, false, new DERSequence(DERNull.INSTANCE)));
        ASN1Encodable[] many = IntStream.range(0, 21)
                .mapToObj(i -> new ASN1ObjectIdentifier("1.3.6.1.5.5.7.3." + i))
                .toArray(ASN1Encodable[]::new);
        bad(table, "21 usages", base().extension(usage, false, new DERSequence(many)));
        raw(table, "usages with trailing octet", usage, "300a06082b06010505070301" + "00");
        raw(table, "usage longer than an OID may be", usage, "3044" + "0642" + "2b" + "01".repeat(65));
        raw(table, "usage with padded arc", usage, "300506032b8001");
        raw(table, "usage that breaks off", usage, "300406022b80");
        raw(table, "boolean 01", Extension.basicConstraints, "3003010101");
        raw(table, "constraints of noise", Extension.basicConstraints, "ffffff");
        raw(table, "constraints cut off", Extension.basicConstraints, "3003");
        raw(table, "bits of no octet", Extension.keyUsage, "0300");
        raw(table, "8 unused bits", Extension.keyUsage, "03020880");
        raw(table, "bits not in shortest form", Extension.keyUsage, "03020080");
        StringBuilder deep = new StringBuilder();
        for (int length = 0; length < 40; length += 2) {
            deep.insert(0, String.format("30%02x", length));
        }
        raw(table, "20 levels inside", Extension.basicConstraints, deep.toString());
    }

    private static void addAttributes(List<Bad> table) {
        Extension names = sample("www.example.com");
        Extension others = sample("www.example.org");
        bad(table, "names twice", base().extensionRequest(names, others));
        bad(table, "two extension requests", base().extensionRequest(names).extensionRequest(others));
        bad(
                table,
                "two lists in one request",
                base().requestAttribute(EXTENSION_REQUEST, new DERSequence(names), new DERSequence(others)));
        bad(table, "request without extension", base().extensionRequest());
        bad(table, "request without list", base().requestAttribute(EXTENSION_REQUEST));
        bad(table, "request of null", base().requestAttribute(EXTENSION_REQUEST, DERNull.INSTANCE));
        bad(table, "challenge password without value", base().requestAttribute("1.2.840.113549.1.9.7"));
        bad(table, "extension without value", base().extensionRequest(new DERSequence(UNKNOWN)));
        bad(table, "extension of an octet string", base().extensionRequest(new DEROctetString(new byte[3])));
    }

    private static Extension sample(String dns) {
        byte[] name = dns.getBytes(StandardCharsets.US_ASCII);
        byte[] list = new byte[4 + name.length];
        list[0] = 0x30;
        list[1] = (byte) (2 + name.length);
        list[2] = (byte) 0x82;
        list[3] = (byte) name.length;
        System.arraycopy(name, 0, list, 4, name.length);
        return new Extension(Extension.subjectAlternativeName, false, new DEROctetString(list));
    }

    private static CsrBuilder base() {
        return CsrBuilder.with(KEY).subject("CN=www.example.com");
    }

    private static void raw(List<Bad> table, String name, ASN1ObjectIdentifier oid, String hex) {
        bad(table, name, base().extension(oid, false, HexFormat.of().parseHex(hex)));
    }

    private static void bad(List<Bad> table, String name, CsrBuilder builder) {
        table.add(new Bad("extension: " + name, builder.pem(), ProblemType.BAD_CSR));
    }
}
