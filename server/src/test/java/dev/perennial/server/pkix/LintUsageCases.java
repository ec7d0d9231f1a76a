package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.KeyUsage.CRL_SIGN;
import static dev.perennial.server.pkix.KeyUsage.DATA_ENCIPHERMENT;
import static dev.perennial.server.pkix.KeyUsage.DECIPHER_ONLY;
import static dev.perennial.server.pkix.KeyUsage.DIGITAL_SIGNATURE;
import static dev.perennial.server.pkix.KeyUsage.ENCIPHER_ONLY;
import static dev.perennial.server.pkix.KeyUsage.KEY_AGREEMENT;
import static dev.perennial.server.pkix.KeyUsage.KEY_CERT_SIGN;
import static dev.perennial.server.pkix.LintCases.hex;
import static dev.perennial.server.pkix.LintCases.oids;
import static dev.perennial.server.pkix.TbsBuilder.ed25519;
import static dev.perennial.server.pkix.TbsBuilder.rsa;
import static dev.perennial.server.pkix.TbsBuilder.server;

import java.util.List;
import java.util.Set;

/** Key usages, extended ones, and both together. */
final class LintUsageCases {
    private static final String SERVER = ExtendedKeyUsage.SERVER_AUTH.oid();
    private static final String TIME = ExtendedKeyUsage.TIME_STAMPING.oid();

    private LintUsageCases() {}

    static void addTo(LintCases cases) {
        addUsages(cases);
        addPurposes(cases);
    }

    private static void addUsages(LintCases cases) {
        cases.add("key-usage-missing", server().without(Extension.KEY_USAGE));
        cases.add("key-usage-critical", server().critical(Extension.KEY_USAGE, false));
        cases.add("key-usage-form", server().put(Extension.KEY_USAGE, true, hex("03020080")));
        cases.add(
                "key-usage-empty",
                with(CertificateProfile.server(KeyKind.EC_P256), List.of())
                        .put(Extension.EXTENDED_KEY_USAGE, false, oids("1.2.3.4"))
                        .put(Extension.KEY_USAGE, true, hex("030100")));
        cases.add("key-usage-known", server().put(Extension.KEY_USAGE, true, hex("0303068040")));
        cases.add("key-usage-sign-leaf", usages(server(), DIGITAL_SIGNATURE, KEY_CERT_SIGN));
        cases.add("key-usage-encipher-only", usages(server(), DIGITAL_SIGNATURE, ENCIPHER_ONLY));
        cases.add("key-usage-decipher-only", usages(server(), DIGITAL_SIGNATURE, DECIPHER_ONLY));
        cases.add(
                "key-usage-only-both",
                usages(server(), DIGITAL_SIGNATURE, KEY_AGREEMENT, ENCIPHER_ONLY, DECIPHER_ONLY));
        cases.add("key-usage-rsa", usages(rsa(), DIGITAL_SIGNATURE, KEY_AGREEMENT));
        cases.add("key-usage-ec", usages(server(), DIGITAL_SIGNATURE, DATA_ENCIPHERMENT));
        cases.add("key-usage-ed25519", usages(ed25519(), DIGITAL_SIGNATURE, KEY_AGREEMENT));
    }

    private static void addPurposes(LintCases cases) {
        cases.add("purposes-form", purposes(hex("0500")));
        cases.add("purposes-empty", purposes(DerWriter.sequence()));
        cases.add("purposes-twice", purposes(oids(SERVER, SERVER)));
        cases.add("purposes-any", purposes(oids(SERVER, "2.5.29.37.0")));
        cases.add("purposes-missing", server().without(Extension.EXTENDED_KEY_USAGE));
        consistent(cases, "purpose-server", ExtendedKeyUsage.SERVER_AUTH);
        consistent(cases, "purpose-client", ExtendedKeyUsage.CLIENT_AUTH);
        consistent(cases, "purpose-code", ExtendedKeyUsage.CODE_SIGNING);
        consistent(cases, "purpose-email", ExtendedKeyUsage.EMAIL_PROTECTION);
        consistent(cases, "purpose-time", ExtendedKeyUsage.TIME_STAMPING);
        consistent(cases, "purpose-ocsp", ExtendedKeyUsage.OCSP_SIGNING);
        cases.add("purpose-time-critical", server().put(Extension.EXTENDED_KEY_USAGE, false, oids(TIME)));
        cases.add("purpose-time-alone", server().put(Extension.EXTENDED_KEY_USAGE, true, oids(SERVER, TIME)));
    }

    /** With a usage that fits none of the purposes. */
    private static void consistent(LintCases cases, String rule, ExtendedKeyUsage purpose) {
        cases.add(rule, usages(with(CertificateProfile.server(KeyKind.EC_P256), List.of(purpose)), CRL_SIGN));
    }

    private static TbsBuilder with(CertificateProfile profile, List<ExtendedKeyUsage> purposes) {
        return TbsBuilder.of(
                TbsBuilder.plan(TbsBuilder.ecKey(), CertificateProfile.endEntity(profile.keyUsages(), purposes)));
    }

    private static TbsBuilder usages(TbsBuilder tbs, KeyUsage... usages) {
        return tbs.put(Extension.KEY_USAGE, true, DerWriter.namedBits(KeyUsage.bits(Set.of(usages))));
    }

    private static TbsBuilder purposes(byte[] value) {
        return server().put(Extension.EXTENDED_KEY_USAGE, false, value);
    }
}
