package dev.perennial.server.pkix;

import static dev.perennial.server.pkix.KeyUsage.CONTENT_COMMITMENT;
import static dev.perennial.server.pkix.KeyUsage.DATA_ENCIPHERMENT;
import static dev.perennial.server.pkix.KeyUsage.DECIPHER_ONLY;
import static dev.perennial.server.pkix.KeyUsage.DIGITAL_SIGNATURE;
import static dev.perennial.server.pkix.KeyUsage.ENCIPHER_ONLY;
import static dev.perennial.server.pkix.KeyUsage.KEY_AGREEMENT;
import static dev.perennial.server.pkix.KeyUsage.KEY_CERT_SIGN;
import static dev.perennial.server.pkix.KeyUsage.KEY_ENCIPHERMENT;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Rules of key usage and extended key usage, of each, of both together and with the key (RFC 5280 §4.2.1.3, §4.2.1.12). */
final class UsageRules {
    private static final String ANY_PURPOSE = "2.5.29.37.0";
    private static final int KNOWN_BITS = (1 << KeyUsage.values().length) - 1;

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            usage("key-usage-missing", "no key usage", c -> c.keyUsage.isThere()),
            usage("key-usage-critical", "a key usage that is not critical", c -> c.keyUsage.isNeverUncritical()),
            new LintRule<>(
                    "key-usage-form",
                    "X.690 §11.2.2",
                    "a key usage that is no list of bits in its shortest form",
                    c -> c.keyUsage.isReadable()),
            usage("key-usage-empty", "a key usage without a bit", c -> c.keyUsage.holds(bits -> bits != 0)),
            usage(
                    "key-usage-known",
                    "a key usage with a bit that is none",
                    c -> c.keyUsage.holds(bits -> (bits & ~KNOWN_BITS) == 0)),
            new LintRule<>(
                    "key-usage-sign-leaf",
                    "RFC 5280 §4.2.1.9",
                    "keyCertSign in an end entity",
                    c -> c.isAuthority() || !c.hasUsage(KEY_CERT_SIGN)),
            usage(
                    "key-usage-encipher-only",
                    "encipherOnly without keyAgreement",
                    c -> !c.hasUsage(ENCIPHER_ONLY) || c.hasUsage(KEY_AGREEMENT)),
            usage(
                    "key-usage-decipher-only",
                    "decipherOnly without keyAgreement",
                    c -> !c.hasUsage(DECIPHER_ONLY) || c.hasUsage(KEY_AGREEMENT)),
            new LintRule<>(
                    "key-usage-only-both",
                    "RFC 5480 §3",
                    "encipherOnly and decipherOnly both",
                    c -> !c.hasUsage(ENCIPHER_ONLY) || !c.hasUsage(DECIPHER_ONLY)),
            fitting(LintedKey.RSA, "key-usage-rsa", "RFC 3279 §2.3.1", "keyAgreement for an RSA key", KEY_AGREEMENT),
            fitting(
                    LintedKey.EC,
                    "key-usage-ec",
                    "RFC 8813 §3",
                    "keyEncipherment or dataEncipherment for an EC key",
                    KEY_ENCIPHERMENT,
                    DATA_ENCIPHERMENT),
            fitting(
                    LintedKey.ED25519,
                    "key-usage-ed25519",
                    "RFC 9295 §3",
                    "keyEncipherment, dataEncipherment or keyAgreement for an Ed25519 key",
                    KEY_ENCIPHERMENT,
                    DATA_ENCIPHERMENT,
                    KEY_AGREEMENT),
            purposes(
                    "purposes-form",
                    "extended key usages that are no list of identifiers",
                    c -> c.purposes.isReadable()),
            purposes("purposes-empty", "extended key usages without one", c -> c.purposes.holds(all -> !all.isEmpty())),
            purposes(
                    "purposes-twice",
                    "an extended key usage that is there twice",
                    c -> c.purposes.holds(all -> !LintedValues.repeats(all))),
            purposes(
                    "purposes-any",
                    "anyExtendedKeyUsage beside others",
                    c -> c.purposes.holds(all -> all.size() == 1 || !all.contains(ANY_PURPOSE))),
            purposes(
                    "purposes-missing",
                    "an end entity without extended key usages",
                    c -> c.isAuthority() || c.purposes.isThere()),
            consistent(
                    "purpose-server", ExtendedKeyUsage.SERVER_AUTH, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_AGREEMENT),
            consistent("purpose-client", ExtendedKeyUsage.CLIENT_AUTH, DIGITAL_SIGNATURE, KEY_AGREEMENT),
            consistent("purpose-code", ExtendedKeyUsage.CODE_SIGNING, DIGITAL_SIGNATURE),
            consistent(
                    "purpose-email",
                    ExtendedKeyUsage.EMAIL_PROTECTION,
                    DIGITAL_SIGNATURE,
                    CONTENT_COMMITMENT,
                    KEY_ENCIPHERMENT,
                    KEY_AGREEMENT),
            consistent("purpose-time", ExtendedKeyUsage.TIME_STAMPING, DIGITAL_SIGNATURE, CONTENT_COMMITMENT),
            consistent("purpose-ocsp", ExtendedKeyUsage.OCSP_SIGNING, DIGITAL_SIGNATURE, CONTENT_COMMITMENT),
            new LintRule<>(
                    "purpose-time-critical",
                    "RFC 3161 §2.3",
                    "timeStamping in extended key usages that are not critical",
                    c -> !c.hasPurpose(ExtendedKeyUsage.TIME_STAMPING) || c.purposes.isCritical()),
            new LintRule<>(
                    "purpose-time-alone",
                    "RFC 3161 §2.3",
                    "timeStamping beside another extended key usage",
                    c -> !c.hasPurpose(ExtendedKeyUsage.TIME_STAMPING) || c.purposes.has(all -> all.size() == 1)));

    private UsageRules() {}

    private static LintRule<LintedCertificate> usage(String name, String refuses, Predicate<LintedCertificate> holds) {
        return new LintRule<>(name, "RFC 5280 §4.2.1.3", refuses, holds);
    }

    private static LintRule<LintedCertificate> purposes(
            String name, String refuses, Predicate<LintedCertificate> holds) {
        return new LintRule<>(name, "RFC 5280 §4.2.1.12", refuses, holds);
    }

    private static LintRule<LintedCertificate> fitting(
            String algorithm, String name, String section, String refuses, KeyUsage... none) {
        int bits = KeyUsage.bits(Set.of(none));
        return new LintRule<>(
                name, section, refuses, c -> !c.key.is(algorithm) || c.keyUsage.holds(usages -> (usages & bits) == 0));
    }

    /** RFC 5280 §4.2.1.12: a purpose asks for one of the usages that its protocols need. */
    private static LintRule<LintedCertificate> consistent(String name, ExtendedKeyUsage purpose, KeyUsage... some) {
        int bits = KeyUsage.bits(Set.of(some));
        return purposes(
                name,
                purpose.word() + " without a key usage for it",
                c -> !c.hasPurpose(purpose) || c.keyUsage.holds(usages -> (usages & bits) != 0));
    }
}
