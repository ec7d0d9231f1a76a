package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.DerWriter.IA5_STRING;
import static dev.perennial.server.pkix.DerWriter.PRINTABLE_STRING;
import static dev.perennial.server.pkix.DerWriter.UTF8_STRING;
import static dev.perennial.server.pkix.DerWriter.text;
import static dev.perennial.server.pkix.LintCases.hex;

import dev.perennial.server.pkix.TbsBuilder.Field;
import java.util.Arrays;

/** Subjects. */
final class LintSubjectCases {
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String COUNTRY = "2.5.4.6";
    private static final String ORGANISATION = "2.5.4.10";
    private static final String UNIT = "2.5.4.11";
    private static final byte[] HOST = attribute(COMMON_NAME, text(UTF8_STRING, "www.example.com"));
    private static final byte[] O = attribute(ORGANISATION, text(UTF8_STRING, "Example"));

    private LintSubjectCases() {}

    static void addTo(LintCases cases) {
        byte[] unit = attribute(UNIT, text(UTF8_STRING, "A"));
        byte[] unitB = attribute(UNIT, text(UTF8_STRING, "B"));
        boolean inOrder = Arrays.compareUnsigned(O, unit) <= 0;
        cases.add("name-form", TbsBuilder.server().set(Field.SUBJECT, DerWriter.sequence(hex("3100"))));
        cases.add("name-order", subject(inOrder ? set(unit, O) : set(O, unit)));
        cases.add("name-type-in-rdn", subject(set(unit, unitB)));
        cases.add("attribute-string", value(ORGANISATION, text(IA5_STRING, "Example")));
        cases.add("attribute-printable", value("2.5.4.5", text(UTF8_STRING, "1")));
        cases.add("attribute-ia5", value("0.9.2342.19200300.100.1.25", text(UTF8_STRING, "example")));
        cases.add("attribute-printable-characters", value(ORGANISATION, text(PRINTABLE_STRING, "a@b")));
        cases.add("attribute-text", value(ORGANISATION, DerWriter.element(UTF8_STRING, hex("c328"))));
        cases.add("attribute-empty", value(ORGANISATION, text(UTF8_STRING, "")));
        cases.add("attribute-control", value(ORGANISATION, text(UTF8_STRING, "a\0b")));
        cases.add("attribute-length", value(ORGANISATION, text(UTF8_STRING, "a".repeat(65))));
        cases.add(
                "common-name-length",
                TbsBuilder.of(TbsBuilder.plan(TbsBuilder.ecKey(), CertificateProfile.client(KeyKind.EC_P256)))
                        .set(
                                Field.SUBJECT,
                                DerWriter.sequence(set(attribute(COMMON_NAME, text(UTF8_STRING, "a".repeat(65)))))));
        cases.add("common-name-once", subject(set(HOST)));
        cases.add("country-code", value(COUNTRY, text(PRINTABLE_STRING, "1")));
        byte[] country = set(attribute(COUNTRY, text(PRINTABLE_STRING, "CH")));
        cases.add("country-once", subject(country, country));
        cases.add("domain-component", value("0.9.2342.19200300.100.1.25", text(IA5_STRING, "example.com")));
        cases.add(
                "common-name-among-names",
                TbsBuilder.server()
                        .set(
                                Field.SUBJECT,
                                DistinguishedName.ofCommonName("www.example.org")
                                        .der()));
    }

    private static TbsBuilder value(String oid, byte[] value) {
        return subject(set(attribute(oid, value)));
    }

    /** These RDNs behind the host's. */
    private static TbsBuilder subject(byte[]... rdns) {
        byte[] host = set(HOST);
        byte[] rest = rdns.length == 1 ? rdns[0] : concatenated(rdns);
        return TbsBuilder.server().set(Field.SUBJECT, DerWriter.sequence(host, rest));
    }

    private static byte[] concatenated(byte[]... parts) {
        byte[] all = DerWriter.sequence(parts);
        return DerReader.over(all).content(DerReader.SEQUENCE);
    }

    private static byte[] set(byte[]... attributes) {
        return DerWriter.element(DerReader.SET, attributes);
    }

    private static byte[] attribute(String oid, byte[] value) {
        return DerWriter.sequence(DerWriter.oid(oid), value);
    }
}
