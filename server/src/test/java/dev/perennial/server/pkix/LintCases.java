package dev.perennial.server.pkix;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** For each rule of the lint a certificate that breaks it, and no other rule. */
final class LintCases {
    /**
     * One of them.
     *
     * @param tbs its TBSCertificate
     * @param issuer the CA that is to have issued it
     */
    record Case(byte[] tbs, Issuer issuer) {}

    private final Map<String, Case> cases = new LinkedHashMap<>();

    private LintCases() {}

    static Map<String, Case> all() {
        LintCases cases = new LintCases();
        LintFieldCases.addTo(cases);
        LintSubjectCases.addTo(cases);
        LintNameCases.addTo(cases);
        LintExtensionCases.addTo(cases);
        LintUsageCases.addTo(cases);
        LintAuthorityCases.addTo(cases);
        LintPointerCases.addTo(cases);
        return cases.cases;
    }

    void add(String rule, TbsBuilder tbs) {
        add(rule, tbs.build(), tbs.issuer());
    }

    void add(String rule, byte[] tbs, Issuer issuer) {
        if (cases.put(rule, new Case(tbs, issuer)) != null) {
            throw new IllegalStateException(rule + " has two cases");
        }
    }

    static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    static byte[] integer(String hex) {
        return DerWriter.element(DerReader.INTEGER, hex(hex));
    }

    /** A list of these object identifiers. */
    static byte[] oids(String... oids) {
        byte[][] elements = new byte[oids.length][];
        for (int i = 0; i < oids.length; i++) {
            elements[i] = DerWriter.oid(oids[i]);
        }
        return DerWriter.sequence(elements);
    }
}
