package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.DerWriter.text;
import static dev.perennial.server.pkix.GeneralNames.DNS;
import static dev.perennial.server.pkix.GeneralNames.EMAIL;
import static dev.perennial.server.pkix.GeneralNames.IP;
import static dev.perennial.server.pkix.GeneralNames.URI;
import static dev.perennial.server.pkix.LintCases.hex;

import dev.perennial.server.pkix.TbsBuilder.Field;

/** Subject alternative names. */
final class LintNameCases {
    private LintNameCases() {}

    static void addTo(LintCases cases) {
        addLists(cases);
        addDns(cases);
        addOthers(cases);
    }

    private static void addLists(LintCases cases) {
        cases.add("names-form", names(hex("0500")));
        cases.add(
                "names-empty",
                TbsBuilder.of(TbsBuilder.plan(TbsBuilder.ecKey(), CertificateProfile.client(KeyKind.EC_P256)))
                        .put(Extension.SUBJECT_ALTERNATIVE_NAME, false, DerWriter.sequence()));
        cases.add("names-type", names(hex("88022a03")));
        cases.add("names-missing", TbsBuilder.nameless().without(Extension.SUBJECT_ALTERNATIVE_NAME));
        cases.add("names-critical", TbsBuilder.nameless().critical(Extension.SUBJECT_ALTERNATIVE_NAME, false));
        cases.add("names-not-critical", TbsBuilder.server().critical(Extension.SUBJECT_ALTERNATIVE_NAME, true));
        cases.add("name-empty", names(text(DNS, "")));
        cases.add("name-characters", names(text(DNS, "www.example.com\0.example.org")));
    }

    private static void addDns(LintCases cases) {
        dns(cases, "dns-length", "a.".repeat(126) + "com");
        dns(cases, "dns-label-empty", "www.example.com.");
        dns(cases, "dns-label-length", "a".repeat(64) + ".example.com");
        dns(cases, "dns-characters", "www_1.example.com");
        dns(cases, "dns-hyphen", "-www.example.com");
        dns(cases, "dns-reserved", "ab--cd.example.com");
        dns(cases, "dns-wildcard", "w*.example.com");
        dns(cases, "dns-wildcard-parent", "*.com");
        dns(cases, "dns-number", "192.0.2.1");
        cases.add("ip-length", names(DerWriter.element(IP, hex("c000020100"))));
        cases.add("ip-mapped", names(DerWriter.element(IP, hex("00000000000000000000ffffc0000201"))));
    }

    private static void addOthers(LintCases cases) {
        cases.add("email-form", names(text(EMAIL, "example.com")));
        cases.add("email-local-length", names(text(EMAIL, "a".repeat(65) + "@example.com")));
        cases.add("email-domain", names(text(EMAIL, "a@exam_ple.com")));
        cases.add("uri-absolute", names(text(URI, "/path")));
        cases.add("uri-characters", names(text(URI, "https://example.com/%4")));
        cases.add("uri-host", names(text(URI, "https:///path")));
    }

    private static void dns(LintCases cases, String rule, String name) {
        cases.add(rule, names(text(DNS, name)));
    }

    /** A certificate without a subject and with this name, beside a sound one. */
    private static TbsBuilder names(byte[] name) {
        byte[] sound = text(DNS, "www.example.com");
        return TbsBuilder.server()
                .set(
                        Field.SUBJECT,
                        DistinguishedName.ofCommonName("www.example.com").der())
                .put(Extension.SUBJECT_ALTERNATIVE_NAME, false, DerWriter.sequence(sound, name));
    }
}
