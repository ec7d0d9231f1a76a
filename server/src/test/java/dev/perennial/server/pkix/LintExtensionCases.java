package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.LintCases.hex;
import static dev.perennial.server.pkix.TbsBuilder.authority;
import static dev.perennial.server.pkix.TbsBuilder.server;

/** Extensions as such. */
final class LintExtensionCases {
    private static final byte[] VALUE = DerWriter.sequence(DerWriter.nothing());

    private LintExtensionCases() {}

    static void addTo(LintCases cases) {
        cases.add("extension-twice", server().raw("again", server().extension(Extension.SUBJECT_KEY_IDENTIFIER)));
        cases.add("extension-known", server().put("1.2.3.4", false, VALUE));
        byte[] octets = DerWriter.element(DerReader.OCTET_STRING, VALUE);
        byte[] writtenOut = DerWriter.sequence(DerWriter.oid(Extension.ISSUER_ALTERNATIVE_NAME), hex("010100"), octets);
        cases.add("extension-default", server().raw("issuer's names", writtenOut));
        cases.add("extension-der", server().put(Extension.SUBJECT_DIRECTORY_ATTRIBUTES, false, hex("0101")));
        cases.add("poison", server().put(Extension.PRECERTIFICATE_POISON, true, DerWriter.nothing()));
        cases.add("sct-list", server().put(Extension.SCT_LIST, false, hex("040100")));
        cases.add("policies-below-leaf", server().put(Extension.POLICY_MAPPINGS, true, VALUE));
        cases.add("policy-mappings-critical", authority().put(Extension.POLICY_MAPPINGS, false, VALUE));
        cases.add("policy-constraints-critical", authority().put(Extension.POLICY_CONSTRAINTS, false, VALUE));
        cases.add("inhibit-any-policy-critical", authority().put(Extension.INHIBIT_ANY_POLICY, false, hex("020100")));
        cases.add("directory-attributes-critical", server().put(Extension.SUBJECT_DIRECTORY_ATTRIBUTES, true, VALUE));
        cases.add("issuer-names-critical", server().put(Extension.ISSUER_ALTERNATIVE_NAME, true, VALUE));
        cases.add("freshest-crl-critical", server().put(Extension.FRESHEST_CRL, true, VALUE));
        cases.add("subject-access-critical", server().put(Extension.SUBJECT_INFORMATION_ACCESS, true, VALUE));
    }
}
