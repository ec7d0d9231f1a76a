package dev.perennial.server.pkix;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Rules of the fields of a TBSCertificate that are no names, keys or extensions (RFC 5280 §4.1.2). */
final class FieldRules {
    private static final int MOST_SERIAL_OCTETS = 20;
    private static final int FEWEST_SERIAL_BITS = 64;

    static final List<LintRule<LintedCertificate>> ALL = List.of(
            rule("version", "4.1.2.1", "another version than 3", c -> c.version == 3),
            rule("serial-positive", "4.1.2.2", "a serial number that is not positive", FieldRules::isPositive),
            rule(
                    "serial-length",
                    "4.1.2.2",
                    "a serial number of more than 20 octets",
                    c -> c.serial.length <= MOST_SERIAL_OCTETS),
            // RFC 5280 leaves it open; CA/B BR §7.1 asks for 64 bits of a generator, of which the first may be zero.
            rule(
                    "serial-entropy",
                    "4.1.2.2",
                    "a serial number of less than 64 bits",
                    c -> c.serial.length > 0 && new BigInteger(c.serial).bitLength() >= FEWEST_SERIAL_BITS),
            new LintRule<>(
                    "serial-shortest",
                    "X.690 §8.3.2",
                    "a serial number that is not in its shortest form",
                    c -> !isPadded(c.serial)),
            rule(
                    "signature-algorithm",
                    "4.1.2.3",
                    "a signature algorithm, or parameters of it, that we do not sign with",
                    c -> c.knownAlgorithm != null),
            new LintRule<>(
                    "signature-parameters",
                    "RFC 4055 §5",
                    "an RSA signature algorithm without its NULL",
                    c -> c.knownAlgorithm == null || Arrays.equals(c.algorithm, c.knownAlgorithm.der())),
            rule(
                    "signature-family",
                    "4.1.1.2",
                    "a signature algorithm that is none of the CA's key",
                    c -> c.knownAlgorithm == null
                            || c.knownAlgorithm.family() == c.ca.key().kind().family()),
            rule("issuer-empty", "4.1.2.4", "an issuer without a name", c -> c.issuer.length > 2),
            rule(
                    "issuer-name",
                    "4.1.2.4",
                    "an issuer that is not, octet by octet, the CA's subject",
                    c -> Arrays.equals(c.issuer, c.ca.name().sharedDer())),
            rule("unique-identifiers", "4.1.2.8", "a unique identifier", c -> !c.uniqueIdentifiers),
            rule(
                    "time-type",
                    "4.1.2.5",
                    "a time that is neither UTCTime nor GeneralizedTime",
                    c -> c.notBefore.isOfTime() && c.notAfter.isOfTime()),
            rule(
                    "time-utc-form",
                    "4.1.2.5.1",
                    "a UTCTime that is not YYMMDDHHMMSSZ",
                    times(time -> time.tag() != DerWriter.UTC_TIME || time.formed())),
            rule(
                    "time-generalized-form",
                    "4.1.2.5.2",
                    "a GeneralizedTime that is not YYYYMMDDHHMMSSZ",
                    times(time -> time.tag() != DerWriter.GENERALIZED_TIME || time.formed())),
            rule(
                    "time-calendar",
                    "4.1.2.5",
                    "a time that no calendar has",
                    times(time -> !time.formed() || time.instant() != null)),
            rule(
                    "time-until-2049",
                    "4.1.2.5",
                    "a GeneralizedTime before the year 2050",
                    times(LintedTime::isOfItsYears)),
            rule(
                    "validity-order",
                    "4.1.2.5",
                    "a notAfter before the notBefore",
                    c -> c.notAfter.isFrom(c.notBefore.instant())),
            rule(
                    "validity-start",
                    "6.1.3",
                    "a validity that begins before the CA's",
                    c -> c.notBefore.isFrom(c.ca.notBefore())),
            rule(
                    "validity-end",
                    "6.1.3",
                    "a validity that ends after the CA's",
                    c -> c.notAfter.isUntil(c.ca.notAfter())));

    private FieldRules() {}

    private static LintRule<LintedCertificate> rule(
            String name, String section, String refuses, Predicate<LintedCertificate> holds) {
        return new LintRule<>(name, "RFC 5280 §" + section, refuses, holds);
    }

    private static Predicate<LintedCertificate> times(Predicate<LintedTime> rule) {
        return c -> rule.test(c.notBefore) && rule.test(c.notAfter);
    }

    private static boolean isPositive(LintedCertificate c) {
        boolean zero = true;
        for (byte octet : c.serial) {
            zero &= octet == 0;
        }
        return !zero && c.serial[0] >= 0;
    }

    private static boolean isPadded(byte[] integer) {
        return integer.length > 1 && ((integer[0] == 0 && integer[1] >= 0) || (integer[0] == -1 && integer[1] < 0));
    }
}
