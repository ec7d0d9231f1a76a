package dev.perennial.server.testing;

import dev.perennial.model.ProblemType;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.testing.BadCsrs.Bad;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;

/** What is wrong before anything is understood: PEM and DER. */
final class BadEncodings {
    private static final KeyPair KEY = TestCsrs.keyPair();

    private BadEncodings() {}

    static void addTo(List<Bad> table) {
        addPem(table);
        addDer(table);
    }

    private static void addPem(List<Bad> table) {
        String good = TestCsrs.p256(KEY, "www.example.com");
        byte[] der = CsrBuilder.with(KEY).names("www.example.com").der();
        byte[] pkcs8 = KEY.getPrivate().getEncoded();
        pem(table, "empty", "");
        pem(table, "white space", " \n\n\t ");
        pem(table, "no PEM", "hello");
        pem(table, "base64 without lines", Base64.getEncoder().encodeToString(der));
        pem(table, "private key", Pem.encode("PRIVATE KEY", pkcs8));
        pem(table, "EC private key", Pem.encode("EC PRIVATE KEY", pkcs8));
        pem(table, "encrypted private key", Pem.encode("ENCRYPTED PRIVATE KEY", pkcs8));
        pem(table, "private key before the request", Pem.encode("PRIVATE KEY", pkcs8) + good);
        pem(table, "private key labelled as request", CsrBuilder.pem(pkcs8));
        pem(table, "private key after the request", good + Pem.encode("PRIVATE KEY", pkcs8));
        pem(table, "labelled as certificate", Pem.encode(Pem.CERTIFICATE, der));
        pem(table, "public key", Pem.encode("PUBLIC KEY", KEY.getPublic().getEncoded()));
        pem(table, "label in lower case", good.replace("CERTIFICATE REQUEST", "certificate request"));
        pem(table, "two requests", good + good);
        pem(table, "text after the END line", good + "and more");
        pem(table, "text before the BEGIN line", "Certificate Request:\n" + good);
        pem(table, "no END line", good.substring(0, good.indexOf("-----END")));
        pem(table, "other END line", good.replace("END CERTIFICATE", "END NEW CERTIFICATE"));
        pem(table, "character that is not base64", good.replaceFirst("\nM", "\nM!"));
        pem(table, "character beyond ASCII", good.replaceFirst("\nM", "\nM\u00e9"));
        pem(table, "character NUL", good.replaceFirst("\nM", "\nM\0"));
        pem(table, "padding in the middle", good.replaceFirst("\nM", "\nM==="));
        pem(table, "header lines", good.replaceFirst("\n", "\nProc-Type: 4,ENCRYPTED\n\n"));
        pem(table, "no contents", "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n");
        pem(table, "many BEGIN lines", "-----BEGIN CERTIFICATE REQUEST-----\n".repeat(1_500));
        pem(table, "many halves of BEGIN lines", "-----BEGIN ".repeat(4_900));
        pem(table, "many dashes", "-".repeat(59_000));
    }

    private static void addDer(List<Bad> table) {
        CsrBuilder builder = CsrBuilder.with(KEY).names("www.example.com");
        byte[] good = builder.der();
        der(table, "one octet", new byte[] {0x30});
        der(table, "an integer", HexFormat.of().parseHex("020100"));
        der(table, "an empty sequence", HexFormat.of().parseHex("3000"));
        der(table, "a trailing octet", Arrays.copyOf(good, good.length + 1));
        der(table, "the last octet cut off", Arrays.copyOf(good, good.length - 1));
        der(table, "half of it", Arrays.copyOf(good, good.length / 2));
        der(table, "indefinite length", indefinite(good));
        der(table, "length not in shortest form", longLength(good));
        der(table, "length of four gigabytes", HexFormat.of().parseHex("3084ffffffff0201"));
        der(table, "length of eight octets", HexFormat.of().parseHex("3088ffffffffffffffff0201"));
        der(table, "high tag number", HexFormat.of().parseHex("3f8f7f0201003000"));
        der(table, "a set outside", with(good, 0, 0x31));
        der(table, "constructed octet string", HexFormat.of().parseHex("30092407040101040102"));
        der(table, "primitive sequence", HexFormat.of().parseHex("300410020500"));
        der(table, "17 levels", nested(17));
        der(table, "64 levels", nested(64));
        der(table, "10,000 levels", nested(10_000));
        der(table, "5,001 elements", elements(5_001));
        der(table, "15,000 elements", elements(15_000));
        csr(table, "version 1", base().version(new ASN1Integer(1)));
        csr(table, "version -1", base().version(new ASN1Integer(-1)));
        csr(table, "version null", base().version(DERNull.INSTANCE));
        csr(table, "subject null", base().subject(DERNull.INSTANCE));
        byte[] info = builder.info();
        der(table, "signature missing", CsrBuilder.encoded(new DERSequence(CsrBuilder.primitive(info))));
        der(table, "an element more", CsrBuilder.encoded(new DERSequence(new ASN1Encodable[] {
            CsrBuilder.primitive(info),
            CsrBuilder.algorithm("1.2.840.10045.4.3.2"),
            new DERBitString(builder.sign(info)),
            DERNull.INSTANCE
        })));
    }

    private static CsrBuilder base() {
        return CsrBuilder.with(KEY).names("www.example.com");
    }

    private static byte[] indefinite(byte[] good) {
        byte[] der = new byte[good.length];
        der[0] = 0x30;
        der[1] = (byte) 0x80;
        // The outer header of the sample has four octets; two end-of-contents octets take the place of the others.
        System.arraycopy(good, 4, der, 2, good.length - 4);
        return der;
    }

    private static byte[] longLength(byte[] good) {
        byte[] der = new byte[good.length + 1];
        der[0] = 0x30;
        der[1] = (byte) 0x83;
        System.arraycopy(good, 2, der, 3, good.length - 2);
        return der;
    }

    private static byte[] with(byte[] good, int index, int octet) {
        byte[] der = good.clone();
        der[index] = (byte) octet;
        return der;
    }

    private static byte[] nested(int levels) {
        int length = 0;
        byte[] buffer = new byte[4 * levels];
        int position = buffer.length;
        for (int i = 0; i < levels; i++) {
            byte[] header = header(length);
            position -= header.length;
            System.arraycopy(header, 0, buffer, position, header.length);
            length += header.length;
        }
        return Arrays.copyOfRange(buffer, position, buffer.length);
    }

    private static byte[] elements(int count) {
        byte[] contents = new byte[2 * (count - 1)];
        for (int i = 0; i < contents.length; i += 2) {
            contents[i] = 0x05;
        }
        byte[] header = header(contents.length);
        byte[] der = Arrays.copyOf(header, header.length + contents.length);
        System.arraycopy(contents, 0, der, header.length, contents.length);
        return der;
    }

    private static byte[] header(int length) {
        if (length < 0x80) {
            return new byte[] {0x30, (byte) length};
        }
        if (length < 0x100) {
            return new byte[] {0x30, (byte) 0x81, (byte) length};
        }
        return new byte[] {0x30, (byte) 0x82, (byte) (length >> 8), (byte) length};
    }

    private static void pem(List<Bad> table, String name, String pem) {
        table.add(new Bad("PEM: " + name, pem, ProblemType.BAD_CSR));
    }

    private static void der(List<Bad> table, String name, byte[] der) {
        table.add(new Bad("DER: " + name, CsrBuilder.pem(der), ProblemType.BAD_CSR));
    }

    private static void csr(List<Bad> table, String name, CsrBuilder builder) {
        der(table, name, builder.der());
    }
}
