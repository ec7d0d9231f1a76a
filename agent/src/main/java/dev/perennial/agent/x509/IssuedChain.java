package dev.perennial.agent.x509;

import dev.perennial.agent.x509.RejectedCertificateException.Reason;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An end entity certificate and its issuers, root not included. Only {@link #verify} makes one: it exists only if it is
 * what was asked for.
 */
public record IssuedChain(X509Certificate leaf, List<X509Certificate> issuers) {
    private static final int SUBJECT_ALTERNATIVE_DNS = 2;
    private static final String SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";

    /**
     * What the certificate must fit.
     *
     * @param live the certificate that it would replace
     * @param skew how far in the future notBefore may lie
     */
    public record Expectation(
            PrivateKey key,
            Collection<String> names,
            Collection<X509Certificate> roots,
            @Nullable LiveFacts live,
            Instant now,
            Duration skew) {}

    /** Of the live certificate: {@code sameKey} where the new one is to be for its key. */
    public record LiveFacts(BigInteger serial, Instant notBefore, Instant notAfter, boolean sameKey) {}

    /** Verifies in memory, before anything is written (agent protocol, step S6). */
    public static IssuedChain verify(String certificate, String issuers, Expectation expected)
            throws RejectedCertificateException {
        List<X509Certificate> leaf = parse(certificate);
        if (leaf.size() != 1) {
            throw rejected(Reason.MALFORMED, "there are " + leaf.size() + " end entity certificates, not one");
        }
        IssuedChain chain = new IssuedChain(leaf.get(0), issuers.isBlank() ? List.of() : parse(issuers));
        chain.verifyKey(expected.key());
        chain.verifyNames(expected.names());
        chain.verifyUse();
        chain.verifyTime(expected);
        chain.verifyPath(expected);
        return chain;
    }

    public Instant notBefore() {
        return leaf.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return leaf.getNotAfter().toInstant();
    }

    private void verifyKey(PrivateKey key) throws RejectedCertificateException {
        if (!PrivateKeys.match(key, leaf.getPublicKey())) {
            throw rejected(Reason.WRONG_KEY, "the certificate is for another key");
        }
    }

    /** The names in the subjectAltName in lower case; those that are no DNS names with their type before them. */
    public static Set<String> names(X509Certificate certificate) throws CertificateParsingException {
        Set<String> found = new TreeSet<>();
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            boolean dns = Integer.valueOf(SUBJECT_ALTERNATIVE_DNS).equals(name.get(0));
            found.add((dns ? "" : "type " + name.get(0) + ":")
                    + String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
        }
        return found;
    }

    private void verifyNames(Collection<String> expected) throws RejectedCertificateException {
        Set<String> wanted = new TreeSet<>();
        expected.forEach(name -> wanted.add(name.toLowerCase(Locale.ROOT)));
        Set<String> found;
        try {
            found = names(leaf);
        } catch (CertificateParsingException e) {
            throw rejected(Reason.MALFORMED, "its names cannot be read");
        }
        if (!found.equals(wanted)) {
            throw rejected(Reason.WRONG_NAMES, "the certificate is for " + found + ", not for " + wanted);
        }
    }

    /** RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12. */
    private void verifyUse() throws RejectedCertificateException {
        if (leaf.getBasicConstraints() >= 0) {
            throw rejected(Reason.IS_A_CA, "the certificate is a CA's");
        }
        boolean[] keyUsage = leaf.getKeyUsage();
        if (keyUsage != null && !keyUsage[0]) {
            throw rejected(Reason.WRONG_USAGE, "the certificate's key may not sign");
        }
        try {
            List<String> extended = leaf.getExtendedKeyUsage();
            if (extended != null && !extended.contains(SERVER_AUTHENTICATION)) {
                throw rejected(Reason.WRONG_USAGE, "the certificate is not for servers");
            }
        } catch (CertificateParsingException e) {
            throw rejected(Reason.MALFORMED, "its extended key usage cannot be read");
        }
    }

    private void verifyTime(Expectation expected) throws RejectedCertificateException {
        if (notBefore().isAfter(expected.now().plus(expected.skew()))) {
            throw rejected(Reason.NOT_YET_VALID, "the certificate is not valid before " + notBefore());
        }
        if (!notAfter().isAfter(expected.now())) {
            throw rejected(Reason.EXPIRED, "the certificate has expired: " + notAfter());
        }
        LiveFacts live = expected.live();
        if (live == null) {
            return;
        }
        if (live.serial().equals(leaf.getSerialNumber())) {
            throw rejected(Reason.SAME_SERIAL, "another certificate with the live one's serial number");
        }
        // A new key replaces the live pair on somebody's order, be its certificate shorter or not.
        if (live.sameKey()
                && (notAfter().isBefore(live.notAfter()) || notBefore().isBefore(live.notBefore()))) {
            throw rejected(Reason.NOT_NEWER, "the certificate is older, or ends earlier, than the live one");
        }
    }

    private void verifyPath(Expectation expected) throws RejectedCertificateException {
        Instant at = notBefore().isAfter(expected.now()) ? notBefore() : expected.now();
        try {
            TrustedPath.verify(leaf, issuers, expected.roots(), at);
        } catch (CertificateException e) {
            throw new RejectedCertificateException(Reason.UNTRUSTED, String.valueOf(e.getMessage()), e);
        }
    }

    private static List<X509Certificate> parse(String pem) throws RejectedCertificateException {
        try {
            return Certificates.parse(pem);
        } catch (CertificateException e) {
            throw new RejectedCertificateException(Reason.MALFORMED, String.valueOf(e.getMessage()), e);
        }
    }

    private static RejectedCertificateException rejected(Reason reason, String detail) {
        return new RejectedCertificateException(reason, detail, null);
    }
}
