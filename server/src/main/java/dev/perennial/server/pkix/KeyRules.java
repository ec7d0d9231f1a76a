package dev.perennial.server.pkix;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Rules of the subject's public key (RFC 5280 §4.1.2.7). The costly tests of {@link KeyQuality} were made when the key was
 * taken; here stands what must be so of each key in a certificate.
 */
final class KeyRules {
    private static final byte[] NULL = DerWriter.nothing();
    private static final byte[] P256 = DerWriter.oid("1.2.840.10045.3.1.7");
    private static final byte[] P384 = DerWriter.oid("1.3.132.0.34");

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            rule(
                    "key-form",
                    "RFC 5280 §4.1.2.7",
                    "a key that is no SubjectPublicKeyInfo",
                    key -> key.algorithm() != null),
            rule(
                    "key-algorithm",
                    "RFC 5280 §4.1.2.7",
                    "a key that is not RSA, EC or Ed25519",
                    key -> key.algorithm() == null || key.isKnown()),
            of(
                    LintedKey.RSA,
                    "rsa-parameters",
                    "RFC 4055 §1.2",
                    "an RSA key without its NULL",
                    key -> Arrays.equals(key.parameters(), NULL)),
            of(
                    LintedKey.RSA,
                    "rsa-form",
                    "RFC 8017 §A.1.1",
                    "an RSA key that is not two integers",
                    key -> key.rsa() != null),
            rsa(
                    "rsa-size",
                    "RFC 8017 §3.1",
                    "an RSA key that has not 2048, 3072 or 4096 bits",
                    rsa -> KeyQuality.isOfSize(rsa.modulus())),
            rsa("rsa-modulus", "RFC 8017 §3.1", "an RSA modulus that is even", rsa -> rsa.modulus()
                    .testBit(0)),
            rsa("rsa-exponent", "RFC 8017 §3.1", "an RSA exponent other than 65537", rsa -> rsa.exponent()
                    .equals(KeyQuality.EXPONENT)),
            of(
                    LintedKey.EC,
                    "ec-parameters",
                    "RFC 5480 §2.1.1",
                    "an EC key that does not name P-256 or P-384",
                    key -> isP256(key) || isP384(key)),
            of(
                    LintedKey.EC,
                    "ec-form",
                    "RFC 5480 §2.2",
                    "an EC key that is not an uncompressed point",
                    KeyRules::isUncompressed),
            of(
                    LintedKey.EC,
                    "ec-point",
                    "RFC 5480 §2.2",
                    "an EC key that is not a point of its curve",
                    KeyRules::isOnCurve),
            of(
                    LintedKey.ED25519,
                    "ed25519-parameters",
                    "RFC 8410 §3",
                    "an Ed25519 key with parameters",
                    key -> key.parameters().length == 0),
            of(
                    LintedKey.ED25519,
                    "ed25519-form",
                    "RFC 8032 §5.1.5",
                    "an Ed25519 key that has not 32 octets",
                    key -> key.key().length == 32),
            of(
                    LintedKey.ED25519,
                    "ed25519-point",
                    "RFC 8032 §5.1.3",
                    "an Ed25519 key of small order, or not in canonical form",
                    key -> key.key().length != 32 || key.passes(CurvePoints::checkEd25519Order)));

    private KeyRules() {}

    private static LintRule<LintedCertificate> rule(
            String name, String section, String refuses, Predicate<LintedKey> holds) {
        return new LintRule<>(name, section, refuses, c -> holds.test(c.key));
    }

    private static LintRule<LintedCertificate> of(
            String algorithm, String name, String section, String refuses, Predicate<LintedKey> holds) {
        return rule(name, section, refuses, key -> !key.is(algorithm) || holds.test(key));
    }

    private static LintRule<LintedCertificate> rsa(
            String name, String section, String refuses, Predicate<LintedKey.Rsa> holds) {
        return rule(name, section, refuses, key -> {
            LintedKey.Rsa rsa = key.rsa();
            return rsa == null || holds.test(rsa);
        });
    }

    private static boolean isP256(LintedKey key) {
        return Arrays.equals(key.parameters(), P256);
    }

    private static boolean isP384(LintedKey key) {
        return Arrays.equals(key.parameters(), P384);
    }

    private static boolean isUncompressed(LintedKey key) {
        int octets = isP384(key) ? 97 : 65;
        return key.key().length == octets && key.key()[0] == 4;
    }

    /** Of an uncompressed point of a known curve; else it is another rule's finding. */
    private static boolean isOnCurve(LintedKey key) {
        return !isUncompressed(key)
                || (isP256(key) && key.passes(CurvePoints::checkP256))
                || (isP384(key) && key.passes(CurvePoints::checkP384))
                || !(isP256(key) || isP384(key));
    }
}
