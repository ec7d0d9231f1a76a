package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.DerReader.OCTET_STRING;
import static dev.perennial.server.pkix.LintCases.hex;
import static dev.perennial.server.pkix.TbsBuilder.authority;
import static dev.perennial.server.pkix.TbsBuilder.root;
import static dev.perennial.server.pkix.TbsBuilder.server;

import dev.perennial.server.pkix.TbsBuilder.Field;
import java.util.HexFormat;
import java.util.Set;

/** CAs, and what ties a certificate to its own. */
final class LintAuthorityCases {
    private static final String CONSTRAINTS = Extension.BASIC_CONSTRAINTS;
    private static final String OWN_KEY = Extension.SUBJECT_KEY_IDENTIFIER;
    private static final String CA_KEY = Extension.AUTHORITY_KEY_IDENTIFIER;
    private static final String NAMES = Extension.NAME_CONSTRAINTS;
    private static final byte[] SUBTREE = hex("a00a3008820665782e636f6d");

    private LintAuthorityCases() {}

    static void addTo(LintCases cases) {
        addConstraints(cases);
        addKeyIdentifiers(cases);
        addRoots(cases);
        addNameConstraints(cases);
    }

    private static void addConstraints(LintCases cases) {
        cases.add("constraints-form", server().put(CONSTRAINTS, true, hex("0500")));
        cases.add("constraints-default", server().put(CONSTRAINTS, true, hex("3003010100")));
        cases.add("constraints-critical", authority().critical(CONSTRAINTS, false));
        cases.add("path-length-leaf", server().put(CONSTRAINTS, true, hex("3003020100")));
        cases.add(
                "path-length-sign",
                usage(authority(), KeyUsage.CRL_SIGN).put(CONSTRAINTS, true, hex("30060101ff020100")));
        cases.add("path-length-negative", authority().put(CONSTRAINTS, true, hex("30060101ff0201ff")));
        cases.add("authority-usage", usage(authority(), KeyUsage.DIGITAL_SIGNATURE));
        byte[] names = server().value(Extension.SUBJECT_ALTERNATIVE_NAME);
        cases.add(
                "authority-subject",
                authority().set(Field.SUBJECT, hex("3000")).put(Extension.SUBJECT_ALTERNATIVE_NAME, true, names));
    }

    private static void addKeyIdentifiers(LintCases cases) {
        byte[] ca = HexFormat.of().parseHex(server().issuer().keyIdentifier());
        byte[] serial = hex("820101");
        cases.add("subject-key-missing", server().without(OWN_KEY));
        cases.add("subject-key-critical", server().critical(OWN_KEY, true));
        cases.add("subject-key-form", server().put(OWN_KEY, false, hex("0500")));
        cases.add("subject-key-length", server().put(OWN_KEY, false, DerWriter.element(OCTET_STRING, new byte[65])));
        cases.add("authority-key-missing", server().without(CA_KEY));
        cases.add("authority-key-critical", server().critical(CA_KEY, true));
        cases.add("authority-key-form", server().put(CA_KEY, false, hex("0500")));
        cases.add("authority-key-identifier", server().put(CA_KEY, false, hex("3000")));
        cases.add("authority-key-issuer", server().put(CA_KEY, false, hex("3003800101")));
        cases.add(
                "authority-key-pair",
                server().put(CA_KEY, false, DerWriter.sequence(DerWriter.element(0x80, ca), serial)));
    }

    private static void addRoots(LintCases cases) {
        cases.add("root-key", root().put(OWN_KEY, false, hex("040101")));
        cases.add(
                "root-name",
                root().set(
                                Field.SUBJECT,
                                DistinguishedName.ofCommonName("Another").der()));
        cases.add(
                "root-authority",
                TbsBuilder.of(TbsBuilder.plan(TbsBuilder.ecKey(), CertificateProfile.client(KeyKind.EC_P256)))
                        .set(Field.KEY, root().field(Field.KEY))
                        .set(Field.SUBJECT, root().field(Field.SUBJECT))
                        .put(OWN_KEY, false, root().value(OWN_KEY)));
    }

    private static void addNameConstraints(LintCases cases) {
        cases.add("name-constraints-form", authority().put(NAMES, true, hex("0500")));
        cases.add("name-constraints-leaf", server().put(NAMES, true, DerWriter.sequence(SUBTREE)));
        cases.add("name-constraints-critical", authority().put(NAMES, false, DerWriter.sequence(SUBTREE)));
        cases.add("name-constraints-empty", authority().put(NAMES, true, hex("3000")));
        cases.add("name-constraints-distance", authority().put(NAMES, true, hex("300fa00d300b820665782e636f6d810101")));
    }

    private static TbsBuilder usage(TbsBuilder tbs, KeyUsage usage) {
        return tbs.put(Extension.KEY_USAGE, true, DerWriter.namedBits(KeyUsage.bits(Set.of(usage))));
    }
}
