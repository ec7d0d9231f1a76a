package dev.perennial.server.testing;

import java.security.KeyPair;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.jspecify.annotations.Nullable;

/**
 * PKCS#10 that ask for a granted name and for one thing more: a SAN of every type of GeneralName, a subject attribute of
 * every kind, in every odd shape.
 */
public final class ExtraNames {
    private static final String COMMON_NAME = "2.5.4.3";

    private ExtraNames() {}

    /** What becomes of the whole PKCS#10 where signers hold for a person what grants do not cover. */
    public enum Fate {
        /** It is none that could be certified. */
        BAD,
        /** The profile takes no such names, whoever says yes. */
        REFUSED,
        /** A person has to say yes to it. */
        HELD,
        /** Issued at once, without the thing more. */
        DROPPED
    }

    /**
     * One thing more.
     *
     * @param alternativeName the SAN; null where the thing is in the subject
     * @param subject of the PKCS#10
     * @param commonName the subject's only one, as it stands in a certificate that is issued
     * @param spelled the SAN as {@code TYPE:VALUE}, as Java reads it from a certificate; null where it reaches none
     */
    public record Extra(
            String what,
            @Nullable ASN1Encodable alternativeName,
            ASN1Encodable subject,
            @Nullable String commonName,
            @Nullable String spelled,
            Fate server,
            Fate client) {

        /** For a fresh key and these DNS names, and the thing more. */
        public String pem(String... dns) {
            KeyPair key = TestCsrs.keyPair();
            List<ASN1Encodable> names = new ArrayList<>();
            for (String name : dns) {
                names.add(new GeneralName(GeneralName.dNSName, name));
            }
            if (alternativeName != null) {
                names.add(alternativeName);
            }
            return CsrBuilder.with(key)
                    .subject(subject)
                    .names(names.toArray(ASN1Encodable[]::new))
                    .pem();
        }

        @Override
        public String toString() {
            return what;
        }
    }

    /** All of them, beside the granted name {@code own}. */
    public static List<Extra> beside(String own) {
        List<Extra> table = new ArrayList<>();
        addAlternativeNames(table);
        addCommonNames(table, own);
        addAttributes(table);
        addShapes(table, own);
        return table;
    }

    private static void addAlternativeNames(List<Extra> table) {
        ASN1Encodable text = new DERUTF8String("administrator@other.test");
        ASN1Encodable upn = new DERSequence(new ASN1Encodable[] {
            new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"), new DERTaggedObject(true, 0, text)
        });
        san(table, "otherName", new DERTaggedObject(false, 0, upn), null, Fate.BAD, Fate.BAD);
        ASN1Encodable email = new GeneralName(GeneralName.rfc822Name, "jane@other.test");
        san(table, "rfc822Name", email, "1:jane@other.test", Fate.REFUSED, Fate.HELD);
        ASN1Encodable dns = new GeneralName(GeneralName.dNSName, "other.test");
        san(table, "dNSName", dns, "2:other.test", Fate.HELD, Fate.HELD);
        ASN1Encodable wildcard = new GeneralName(GeneralName.dNSName, "*.other.test");
        san(table, "dNSName with wildcard", wildcard, "2:*.other.test", Fate.HELD, Fate.HELD);
        san(table, "x400Address", new DERTaggedObject(false, 3, new DERSequence()), null, Fate.BAD, Fate.BAD);
        san(table, "directoryName", new GeneralName(new X500Name("CN=other.test")), null, Fate.BAD, Fate.BAD);
        san(table, "ediPartyName", new DERTaggedObject(false, 5, new DERSequence(text)), null, Fate.BAD, Fate.BAD);
        ASN1Encodable uri = new GeneralName(GeneralName.uniformResourceIdentifier, "https://other.test/");
        san(table, "uniformResourceIdentifier", uri, "6:https://other.test/", Fate.REFUSED, Fate.HELD);
        ASN1Encodable address = new GeneralName(GeneralName.iPAddress, "192.0.2.1");
        san(table, "iPAddress", address, "7:192.0.2.1", Fate.HELD, Fate.HELD);
        san(table, "registeredID", new GeneralName(GeneralName.registeredID, "1.2.3.4"), null, Fate.BAD, Fate.BAD);
    }

    private static void addCommonNames(List<Extra> table, String own) {
        commonName(table, own, Fate.DROPPED, Fate.DROPPED);
        commonName(table, "other.test", Fate.REFUSED, Fate.HELD);
        commonName(table, "Jane Doe", Fate.REFUSED, Fate.HELD);
        commonName(table, "a".repeat(64), Fate.REFUSED, Fate.HELD);
        commonName(table, "a".repeat(65), Fate.BAD, Fate.BAD);
        commonName(table, own + "\0.other.test", Fate.BAD, Fate.BAD);
        commonName(table, own + "\n", Fate.BAD, Fate.BAD);
        // Right-to-left override, isolate and zero width: an approver reads another name than the relying party.
        for (String format : List.of("\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\u2028")) {
            commonName(table, "ja" + format + "ne", Fate.BAD, Fate.BAD);
        }
    }

    private static void addAttributes(List<Extra> table) {
        for (String[] kind : new String[][] {
            {"SN", "2.5.4.4"},
            {"serialNumber", "2.5.4.5"},
            {"C", "2.5.4.6"},
            {"L", "2.5.4.7"},
            {"ST", "2.5.4.8"},
            {"STREET", "2.5.4.9"},
            {"O", "2.5.4.10"},
            {"OU", "2.5.4.11"},
            {"title", "2.5.4.12"},
            {"givenName", "2.5.4.42"},
            {"initials", "2.5.4.43"},
            {"generationQualifier", "2.5.4.44"},
            {"dnQualifier", "2.5.4.46"},
            {"pseudonym", "2.5.4.65"},
            {"organizationIdentifier", "2.5.4.97"},
            {"UID", "0.9.2342.19200300.100.1.1"},
            {"DC", "0.9.2342.19200300.100.1.25"},
            {"emailAddress", "1.2.840.113549.1.9.1"},
            {"one that nobody knows", "1.2.3.4"},
        }) {
            ASN1Encodable value =
                    switch (kind[0]) {
                        case "C" -> new DERPrintableString("XX");
                        case "DC", "emailAddress" -> new DERIA5String("jane@other.test");
                        default -> new DERUTF8String("system:masters");
                    };
            subject(table, kind[0], null, Fate.DROPPED, rdn(attribute(kind[1], value)));
        }
        subject(table, "O of 65", null, Fate.DROPPED, rdn(attribute("2.5.4.10", new DERUTF8String("a".repeat(65)))));
        subject(table, "O of 256", null, Fate.BAD, rdn(attribute("2.5.4.10", new DERUTF8String("a".repeat(256)))));
        subject(table, "O with NUL", null, Fate.BAD, rdn(attribute("2.5.4.10", new DERUTF8String("a\0b"))));
        subject(table, "O with bidi", null, Fate.BAD, rdn(attribute("2.5.4.10", new DERUTF8String("a\u202eb"))));
    }

    private static void addShapes(List<Extra> table, String own) {
        ASN1Encodable ownName = attribute(COMMON_NAME, new DERUTF8String(own));
        ASN1Encodable other = attribute(COMMON_NAME, new DERUTF8String("other.test"));
        ASN1Encodable group = attribute("2.5.4.10", new DERUTF8String("system:masters"));
        ASN1Encodable unit = attribute("2.5.4.11", new DERUTF8String("system:nodes"));
        subject(table, "O and OU in one RDN", null, Fate.DROPPED, rdn(group, unit));
        subject(table, "CN and O in one RDN", own, Fate.DROPPED, rdn(ownName, group));
        subject(table, "O before the CN", own, Fate.DROPPED, rdn(group), rdn(ownName));
        subject(table, "O twice", null, Fate.DROPPED, rdn(group), rdn(group));
        subject(table, "CN twice", null, Fate.BAD, rdn(ownName), rdn(other));
        subject(table, "CN twice, the other first", null, Fate.BAD, rdn(other), rdn(ownName));
        subject(table, "CN twice in one RDN", null, Fate.BAD, rdn(ownName, other));
    }

    private static void commonName(List<Extra> table, String name, Fate server, Fate client) {
        String what = "CN " + name.replaceAll("\\P{Print}", "?");
        ASN1Encodable subject = new DERSequence(rdn(attribute(COMMON_NAME, new DERUTF8String(name))));
        table.add(new Extra(what, null, subject, name, null, server, client));
    }

    private static void subject(
            List<Extra> table, String what, @Nullable String commonName, Fate fate, ASN1Encodable... rdns) {
        table.add(new Extra(what, null, new DERSequence(rdns), commonName, null, fate, fate));
    }

    private static void san(
            List<Extra> table, String what, ASN1Encodable name, @Nullable String spelled, Fate server, Fate client) {
        table.add(new Extra(what, name, new DERSequence(), null, spelled, server, client));
    }

    private static ASN1Encodable rdn(ASN1Encodable... attributes) {
        return new DERSet(attributes);
    }

    private static ASN1Encodable attribute(String oid, ASN1Encodable value) {
        return new DERSequence(new ASN1Encodable[] {new ASN1ObjectIdentifier(oid), value});
    }
}
