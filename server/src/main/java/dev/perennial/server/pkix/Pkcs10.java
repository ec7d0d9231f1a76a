package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A certification request (RFC 2986) that is within the limits, asks for nothing that an end entity may not have, holds
 * a key of quality and is signed by it. There is no other way to have one. Cheap checks come first, the signature last.
 */
public final class Pkcs10 {
    private static final int MAX_PEM_CHARACTERS = 64 * 1024;
    private static final int MAX_DER_OCTETS = 32 * 1024;
    private static final int ATTRIBUTES = 0xa0;

    private final byte[] der;
    private final DistinguishedName subject;
    private final SubjectPublicKey key;
    private final List<Identifier> alternativeNames;
    private final List<Identifier> identifiers;

    private Pkcs10(
            byte[] der,
            DistinguishedName subject,
            SubjectPublicKey key,
            List<Identifier> alternativeNames,
            List<Identifier> identifiers) {
        this.der = der;
        this.subject = subject;
        this.key = key;
        this.alternativeNames = alternativeNames;
        this.identifiers = identifiers;
    }

    /**
     * Reads one PEM block and nothing beside it.
     *
     * @throws ProblemException {@code badCSR}, {@code badPublicKey} or {@code badSignature}, saying what is wrong
     */
    public static Pkcs10 parsePem(String pem) {
        return readPem(pem, null);
    }

    /** The same of one that somebody sends: its key is held against those that came before, and remembered. */
    public static Pkcs10 parsePem(String pem, KnownModuli moduli) {
        return readPem(pem, moduli);
    }

    private static Pkcs10 readPem(String pem, @Nullable KnownModuli moduli) {
        if (pem.length() > MAX_PEM_CHARACTERS) {
            throw bad("The PKCS#10 has more than " + MAX_PEM_CHARACTERS + " characters.");
        }
        try {
            Pem.Block block = Pem.single(pem);
            if (!block.label().equals(Pem.CERTIFICATE_REQUEST)
                    && !block.label().equals("NEW " + Pem.CERTIFICATE_REQUEST)) {
                throw new DerException("it is a " + block.label());
            }
            return read(block.der(), moduli);
        } catch (DerException e) {
            throw bad("This is not a PEM block CERTIFICATE REQUEST with a PKCS#10: " + e.detail() + ".");
        }
    }

    /**
     * Reads the DER.
     *
     * @throws ProblemException as {@link #parsePem}
     */
    public static Pkcs10 parse(byte[] der) {
        try {
            return read(der.clone(), null);
        } catch (DerException e) {
            throw bad("This is not the DER of a PKCS#10: " + e.detail() + ".");
        }
    }

    /** Whether it is the encoding of a certification request at all: nothing of it is judged or verified. */
    public static boolean isEncoding(byte[] der) {
        try {
            DerLimits.check(der);
            DerReader request = DerReader.over(der).enter(DerReader.SEQUENCE);
            DerReader info = request.enter(DerReader.SEQUENCE);
            request.element();
            request.octetsOfBitString();
            request.end();
            info.integer();
            info.element();
            info.element();
            return true;
        } catch (DerException e) {
            return false;
        }
    }

    /** The subject alone, of one that was read before: its signature is not verified again. */
    public static DistinguishedName subjectOf(byte[] der) {
        DerReader info = DerReader.over(der).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
        info.integer();
        return DistinguishedName.read(info.element());
    }

    private static Pkcs10 read(byte[] der, @Nullable KnownModuli moduli) {
        if (der.length > MAX_DER_OCTETS) {
            throw bad("The PKCS#10 has more than " + MAX_DER_OCTETS + " octets.");
        }
        DerLimits.check(der);
        DerReader request = DerReader.over(der).enter(DerReader.SEQUENCE);
        byte[] signed = request.element();
        SignatureAlgorithm algorithm = SignatureAlgorithm.of(request.element());
        byte[] signature = request.octetsOfBitString();
        request.end();
        if (algorithm == null) {
            throw bad("The signature algorithm is none of RSA PKCS#1 v1.5, RSASSA-PSS (salt as long as the digest) and"
                    + " ECDSA, each with SHA-256, SHA-384 or SHA-512, and Ed25519.");
        }

        DerReader info = DerReader.over(signed).enter(DerReader.SEQUENCE);
        if (!info.integer().equals(BigInteger.ZERO)) {
            throw bad("The version is not 0 (RFC 2986 §4.1).");
        }
        DistinguishedName subject = DistinguishedName.read(info.element());
        if (subject.values("CN").size() > 1) {
            throw bad("The subject has more than one common name.");
        }
        byte[] keyInfo = info.element();
        // RFC 2986 has the attributes always there; old clients leave the empty list out.
        List<Identifier> names = info.hasMore() ? RequestedExtensions.read(info.enter(ATTRIBUTES)) : List.of();
        info.end();
        List<Identifier> identifiers = names.isEmpty() ? nameOf(subject.commonName()) : names;
        identifiers.forEach(NameSyntax::checkCertifiable);

        SubjectPublicKey key = readKey(keyInfo);
        if (moduli != null) {
            moduli.check(key);
        }
        if (key.kind().family() != algorithm.family() || !algorithm.verify(key.publicKey(), signed, signature)) {
            throw ProblemException.of(
                    ProblemType.BAD_SIGNATURE,
                    "The PKCS#10 is not signed with the private key of the public key in it.");
        }
        if (moduli != null) {
            moduli.remember(key);
        }
        return new Pkcs10(der, subject, key, names, identifiers);
    }

    private static SubjectPublicKey readKey(byte[] keyInfo) {
        try {
            return SubjectPublicKey.read(keyInfo);
        } catch (DerException e) {
            throw KeyQuality.weak("The public key is malformed: " + e.detail() + ".");
        }
    }

    /** Old clients name the host in the common name alone; what is no DNS name stays out. */
    private static List<Identifier> nameOf(@Nullable String commonName) {
        try {
            return commonName == null ? List.of() : List.of(Identifier.dns(commonName));
        } catch (ProblemException e) {
            return List.of();
        }
    }

    public byte[] der() {
        return der.clone();
    }

    /** As one PEM block {@code CERTIFICATE REQUEST}, however it came. */
    public String pem() {
        return Pem.encode(Pem.CERTIFICATE_REQUEST, der);
    }

    /** The SHA-256 of the DER: the request's identity. */
    public byte[] sha256() {
        return Digests.sha256(der);
    }

    public SubjectPublicKey key() {
        return key;
    }

    public PublicKey publicKey() {
        return key.publicKey();
    }

    public byte[] subjectPublicKeyInfo() {
        return key.der();
    }

    public byte[] spkiSha256() {
        return key.sha256();
    }

    public DistinguishedName subject() {
        return subject;
    }

    public @Nullable String commonName() {
        return subject.commonName();
    }

    /** The subject alternative names, each once, sorted. */
    public List<Identifier> subjectAlternativeNames() {
        return alternativeNames;
    }

    /**
     * The names that a server certificate is asked for: the subject alternative names; where there are none, the common
     * name if it is a DNS name. May be empty. A client certificate's common name is a user, so its profile asks for
     * {@link #subjectAlternativeNames()}.
     */
    public List<Identifier> identifiers() {
        return identifiers;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pkcs10 that && Arrays.equals(der, that.der);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(der);
    }

    /** Names only: a PKCS#10 may hold a challenge password. */
    @Override
    public String toString() {
        return "Pkcs10" + identifiers;
    }

    private static ProblemException bad(String message) {
        return ProblemException.of(ProblemType.BAD_CSR, message);
    }
}
