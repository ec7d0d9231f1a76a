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
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;

/** Names that no certificate of ours may have. */
final class BadNames {
    private static final String COMMON_NAME = "2.5.4.3";
    private static final KeyPair KEY = TestCsrs.keyPair();

    private BadNames() {}

    static void addTo(List<Bad> table) {
        addSpellings(table);
        addTypes(table);
        addSubjects(table);
    }

    private static void addSpellings(List<Bad> table) {
        for (String dns : List.of(
                ".",
                "www.example.com.",
                ".example.com",
                "www..example.com",
                "www_1.example.com",
                "-www.example.com",
                "www-.example.com",
                "www example.com",
                "192.0.2.1",
                "2001:db8::1",
                "example.0x7f",
                "1",
                "*",
                "*.*.example.com",
                "www.*.example.com",
                "w*.example.com",
                "ab--cd.example.com",
                "https://www.example.com",
                "www.example.com/path",
                "www.example.com:443",
                "user@example.com",
                "www.example.com\0.example.org",
                "www.example.com\r\nX: 1",
                "*.",
                "*.com",
                "a".repeat(64) + ".example.com",
                "a.".repeat(126) + "com")) {
            named(table, "dns " + dns.replaceAll("\\p{Cntrl}", "?"), dns);
        }
        named(table, "e-mail without @", "email:example.com");
        named(table, "e-mail without local part", "email:@example.com");
        named(table, "e-mail with line feed", "email:a\r\nBcc: b@example.com");
        named(table, "e-mail with quotes", "email:\"a b\"@example.com");
        named(table, "e-mail of an IP address", "email:a@[192.0.2.1]");
        named(table, "e-mail of a wildcard", "email:a@*.example.com");
        named(table, "URI without scheme", "uri:/path");
        named(table, "URI with a control character", "uri:https://example.com/\u0001");
        named(table, "URI with a space", "uri:https://example.com/a b");
        named(table, "URI with user information", "uri:https://example.com@example.org/");
        named(table, "URI with dot segments", "uri:spiffe://example.com/a/../b");
        named(table, "URI with hidden dot segments", "uri:spiffe://example.com/a/%2E%2e/b");
        named(table, "URI without host", "uri:https:///path");
        named(table, "URI with an escape in its host", "uri:https://ex%41mple.com/");
        named(table, "empty dns", "");
        bad(table, "common name over a top-level domain", base().subject("CN=*.com"));
        bad(table, "dns beyond ASCII", base().names(implicit(2, "b\u00fccher.example.com")));
        bad(table, "IP of 5 octets", base().names(address(5)));
        bad(table, "IP with a mask", base().names(address(8)));
        bad(table, "IP of no octets", base().names(address(0)));
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        bad(table, "IPv4 in IPv6", base().names(new DERTaggedObject(false, 7, new DEROctetString(mapped))));
        bad(
                table,
                "101 names",
                base().names(IntStream.range(0, 101)
                        .mapToObj(i -> "h" + i + ".example.com")
                        .toArray(String[]::new)));
        bad(
                table,
                "1,500 names",
                base().names(IntStream.range(0, 1_500)
                        .mapToObj(i -> "h" + i + ".example.com")
                        .toArray(String[]::new)));
    }

    private static void addTypes(List<Bad> table) {
        ASN1Encodable text = new DERUTF8String("administrator@example.com");
        ASN1Encodable upn = new DERSequence(new ASN1Encodable[] {
            new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), new DERTaggedObject(true, 0, text)
        });
        ASN1Encodable good = new GeneralName(GeneralName.dNSName, "www.example.com");
        bad(table, "otherName", base().names(good, new DERTaggedObject(false, 0, upn)));
        bad(table, "x400Address", base().names(good, new DERTaggedObject(false, 3, new DERSequence())));
        bad(table, "directoryName", base().names(good, new GeneralName(new X500Name("CN=www.example.com"))));
        bad(table, "ediPartyName", base().names(good, new DERTaggedObject(false, 5, new DERSequence(text))));
        bad(table, "registeredID", base().names(good, new GeneralName(GeneralName.registeredID, "1.2.3.4")));
        bad(table, "name of no type", base().names(good, DERNull.INSTANCE));
        bad(table, "dns name in parts", base().names(new DERTaggedObject(false, 2, new DERSequence(text))));
        bad(table, "no names", base().names(new ASN1Encodable[0]));
        bad(table, "names not in a list", base().extension(Extension.subjectAlternativeName, false, text));
        bad(table, "names of noise", base().extension(Extension.subjectAlternativeName, false, new byte[] {9, 9, 9}));
        bad(table, "names of nothing", base().extension(Extension.subjectAlternativeName, false, new byte[0]));
    }

    private static void addSubjects(List<Bad> table) {
        for (String name :
                List.of("a".repeat(65), "", "a\0b", "a\r\nb", "a\u001bb", "a\u0085b", "a\u202eb", "a\u200bb")) {
            bad(
                    table,
                    "common name " + HexFormat.of().formatHex(name.getBytes(StandardCharsets.UTF_8)),
                    base().attribute(COMMON_NAME, new DERUTF8String(name)));
        }
        bad(table, "common name T61", base().attribute(COMMON_NAME, new DERT61String("www.example.com")));
        bad(table, "common name of bits", base().attribute(COMMON_NAME, new DERBitString(new byte[] {1})));
        bad(table, "common name as list", base().attribute(COMMON_NAME, new DERSequence()));
        bad(table, "common name not UTF-8", base().attribute(COMMON_NAME, invalidUtf8()));
        bad(table, "organisation with control", base().attribute("2.5.4.10", new DERPrintableString("a\nb")));
        bad(table, "organisation of 256", base().attribute("2.5.4.10", new DERIA5String("a".repeat(256))));
        bad(table, "two common names", base().subject("CN=www.example.com,CN=www.example.org"));
        bad(table, "an empty RDN", base().subject(new DERSequence(new DERSet())));
        bad(
                table,
                "an attribute without value",
                base().subject(new DERSequence(new DERSet(new DERSequence(new ASN1ObjectIdentifier(COMMON_NAME))))));
    }

    private static ASN1Encodable invalidUtf8() {
        return CsrBuilder.primitive(new byte[] {0x0c, 2, (byte) 0xc3, 0x28});
    }

    private static ASN1Encodable implicit(int tag, String text) {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return new DERTaggedObject(false, tag, new DEROctetString(octets));
    }

    private static ASN1Encodable address(int octets) {
        return new DERTaggedObject(false, 7, new DEROctetString(new byte[octets]));
    }

    private static CsrBuilder base() {
        return CsrBuilder.with(KEY);
    }

    private static void named(List<Bad> table, String name, String alternativeName) {
        bad(table, name, base().names(alternativeName));
    }

    private static void bad(List<Bad> table, String name, CsrBuilder builder) {
        table.add(new Bad("name: " + name, builder.pem(), ProblemType.BAD_CSR));
    }
}
