package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A certificate (RFC 5280 §4.1) read back: ours, or one that somebody uploaded. Equal if the DER is. */
public final class X509 {
    private static final int MAX_DER_OCTETS = 64 * 1024;

    private final byte[] der;
    private final byte[] signed;
    private final byte[] signature;
    private final @Nullable SignatureAlgorithm algorithm;
    private final TbsCertificate tbs;
    private final SerialNumber serial;
    private final boolean authority;
    private final @Nullable String subjectKeyIdentifier;

    private X509(byte[] der) {
        this.der = der;
        if (der.length > MAX_DER_OCTETS) {
            throw new DerException("more than " + MAX_DER_OCTETS + " octets");
        }
        DerLimits.check(der);
        DerReader certificate = DerReader.over(der).enter(DerReader.SEQUENCE);
        this.signed = certificate.element();
        byte[] identifier = certificate.element();
        this.signature = certificate.octetsOfBitString();
        certificate.end();
        this.tbs = TbsCertificate.read(signed);
        if (!Arrays.equals(identifier, tbs.algorithm())) {
            throw new DerException("two different signature algorithms");
        }
        this.algorithm = SignatureAlgorithm.of(identifier);
        this.serial = serial(tbs);
        this.authority = tbs.isAuthority();
        this.subjectKeyIdentifier = tbs.subjectKeyIdentifier();
    }

    private static SerialNumber serial(TbsCertificate tbs) {
        try {
            return new SerialNumber(tbs.serial());
        } catch (IllegalArgumentException e) {
            throw new DerException(String.valueOf(e.getMessage()));
        }
    }

    /** @throws ProblemException {@code malformed} if it is not the DER of a certificate */
    public static X509 parse(byte[] der) {
        try {
            return new X509(der.clone());
        } catch (DerException e) {
            throw malformed("This is not the DER of a certificate: " + e.detail() + ".");
        }
    }

    /** The certificates of a PEM list, in order; at least one. Fails as {@link #parse}. */
    public static List<X509> parseAll(String pem) {
        return Pem.decodeAll(Pem.CERTIFICATE, pem).stream().map(X509::parse).toList();
    }

    /** The same of so many at most, which are counted before any is looked at. */
    public static List<X509> parseAll(String pem, int most) {
        List<byte[]> blocks = Pem.decodeAll(Pem.CERTIFICATE, pem);
        if (blocks.size() > most) {
            throw malformed("more than " + most + " certificates");
        }
        return blocks.stream().map(X509::parse).toList();
    }

    /** The one certificate of a PEM text; of a list the first. Fails as {@link #parse}. */
    public static X509 parsePem(String pem) {
        return parseAll(pem).get(0);
    }

    public byte[] der() {
        return der.clone();
    }

    public String pem() {
        return Pem.encode(Pem.CERTIFICATE, der);
    }

    public byte[] sha256() {
        return Digests.sha256(der);
    }

    public SerialNumber serial() {
        return serial;
    }

    public Instant notBefore() {
        return tbs.notBefore();
    }

    /** The last second in which it is valid. */
    public Instant notAfter() {
        return tbs.notAfter();
    }

    /** The issuer's name as DER. */
    public byte[] issuer() {
        return tbs.issuer().clone();
    }

    /** The subject's name as DER. */
    public byte[] subject() {
        return tbs.subject().clone();
    }

    public byte[] subjectPublicKeyInfo() {
        return tbs.keyInfo().clone();
    }

    /** @throws ProblemException {@code badPublicKey} if its key is none that we would take in a request */
    public SubjectPublicKey key() {
        return SubjectPublicKey.parse(tbs.keyInfo());
    }

    /** In lower hex; null where the certificate does not say. */
    public @Nullable String subjectKeyIdentifier() {
        return subjectKeyIdentifier;
    }

    /** Whether basicConstraints say that its subject is a CA. */
    public boolean isCa() {
        return authority;
    }

    /** Whether it says that nobody will tell of its revocation (noRevAvail, RFC 9608 §2). */
    public boolean hasNoRevocation() {
        return tbs.extensions().containsKey(Extension.NO_REVOCATION_AVAILABLE);
    }

    /** The certificate policies that it names, dotted (RFC 5280 §4.2.1.4); none where they are malformed. */
    public List<String> policies() {
        Extension extension = tbs.extensions().get(Extension.CERTIFICATE_POLICIES);
        try {
            return extension == null
                    ? List.of()
                    : LintedValues.listOf(LintedValues.Policy::read).apply(DerReader.over(extension.value())).stream()
                            .map(LintedValues.Policy::oid)
                            .toList();
        } catch (DerException e) {
            return List.of();
        }
    }

    /**
     * Its subject alternative names, sorted.
     *
     * @throws ProblemException {@code malformed} if there are others than dns, IP, e-mail and URI names
     */
    public List<Identifier> identifiers() {
        Extension extension = tbs.extensions().get(Extension.SUBJECT_ALTERNATIVE_NAME);
        try {
            return extension == null ? List.of() : GeneralNames.read(extension.value());
        } catch (DerException e) {
            throw malformed("The certificate's names are malformed: " + e.detail() + ".");
        } catch (ProblemException e) {
            throw malformed("The certificate's names are not ours: " + e.detail());
        }
    }

    /** The TBSCertificate, what is signed, without a copy. */
    byte[] sharedTbs() {
        return signed;
    }

    /** Whether its issuer is named as its subject is. */
    public boolean isSelfIssued() {
        return Arrays.equals(tbs.issuer(), tbs.subject());
    }

    Map<String, Extension> extensions() {
        return tbs.extensions();
    }

    /** Whether its signature is {@code key}'s; false also for algorithms that are none of ours. */
    public boolean verifiedBy(PublicKey key) {
        return algorithm != null && algorithm.verify(key, signed, signature);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof X509 that && Arrays.equals(der, that.der);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(der);
    }

    @Override
    public String toString() {
        return "X509[" + serial + "]";
    }

    private static ProblemException malformed(String message) {
        return ProblemException.of(ProblemType.MALFORMED, message);
    }
}
