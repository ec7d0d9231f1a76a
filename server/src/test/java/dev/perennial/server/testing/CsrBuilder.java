package dev.perennial.server.testing;

import dev.perennial.server.pkix.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/** Builds PKCS#10 of any shape, sound or not, with another encoder than the one under test. */
public final class CsrBuilder {
    private static final String EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

    private final PrivateKey signer;
    private ASN1Encodable version = new ASN1Integer(0);
    private ASN1Encodable subject = new X500Name("");
    private ASN1Encodable keyInfo;
    private String signatureName;
    private ASN1Encodable signatureAlgorithm;
    private final List<ASN1Encodable> attributes = new ArrayList<>();
    private final List<ASN1Encodable> extensions = new ArrayList<>();

    private CsrBuilder(KeyPair keyPair) {
        this.signer = keyPair.getPrivate();
        keyInfo(keyPair.getPublic().getEncoded());
        signature(
                switch (keyPair.getPublic().getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    case "DSA" -> "SHA256withDSA";
                    default -> keyPair.getPublic().getAlgorithm().equals("EdDSA") ? edName(keyPair) : "SHA256withRSA";
                });
    }

    private static String edName(KeyPair keyPair) {
        return keyPair.getPublic().getEncoded().length == 44 ? "Ed25519" : "Ed448";
    }

    public static CsrBuilder with(KeyPair keyPair) {
        return new CsrBuilder(keyPair);
    }

    public CsrBuilder version(ASN1Encodable value) {
        version = value;
        return this;
    }

    /** The subject as Bouncy Castle spells it, {@code CN=www.example.com,O=Example}. */
    public CsrBuilder subject(String name) {
        return subject(new X500Name(name));
    }

    public CsrBuilder subject(ASN1Encodable name) {
        subject = name;
        return this;
    }

    /** A subject of one attribute with this value. */
    public CsrBuilder attribute(String oid, ASN1Encodable value) {
        return subject(new DERSequence(
                new DERSet(new DERSequence(new ASN1Encodable[] {new ASN1ObjectIdentifier(oid), value}))));
    }

    public CsrBuilder keyInfo(byte[] der) {
        return keyInfo(primitive(der));
    }

    public CsrBuilder keyInfo(ASN1Encodable value) {
        keyInfo = value;
        return this;
    }

    /** Signs with this algorithm, and says so. */
    public CsrBuilder signature(String name) {
        signatureName = name;
        return signatureAlgorithm(new DefaultSignatureAlgorithmIdentifierFinder().find(name));
    }

    /** Says that it is signed with this algorithm, whatever it is signed with. */
    public CsrBuilder signatureAlgorithm(ASN1Encodable identifier) {
        signatureAlgorithm = identifier;
        return this;
    }

    /** One more attribute of the request with these values. */
    public CsrBuilder requestAttribute(String oid, ASN1Encodable... values) {
        attributes.add(new DERSequence(new ASN1Encodable[] {new ASN1ObjectIdentifier(oid), new DERSet(values)}));
        return this;
    }

    /** One more extensionRequest with these extensions. */
    public CsrBuilder extensionRequest(ASN1Encodable... values) {
        return requestAttribute(EXTENSION_REQUEST, new DERSequence(values));
    }

    public CsrBuilder extension(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        return extension(oid, critical, encoded(value));
    }

    public CsrBuilder extension(ASN1ObjectIdentifier oid, boolean critical, byte[] value) {
        extensions.add(new Extension(oid, critical, new DEROctetString(value)));
        return this;
    }

    /** Subject alternative names, {@code www.example.com}, {@code ip:192.0.2.1}, {@code email:…}, {@code uri:…}. */
    public CsrBuilder names(String... names) {
        ASN1EncodableVector generalNames = new ASN1EncodableVector();
        for (String name : names) {
            generalNames.add(generalName(name));
        }
        return extension(Extension.subjectAlternativeName, false, new DERSequence(generalNames));
    }

    public CsrBuilder names(ASN1Encodable... names) {
        return extension(Extension.subjectAlternativeName, false, new DERSequence(names));
    }

    private static GeneralName generalName(String name) {
        if (name.startsWith("ip:")) {
            return new GeneralName(GeneralName.iPAddress, name.substring(3));
        }
        if (name.startsWith("email:")) {
            return new GeneralName(GeneralName.rfc822Name, name.substring(6));
        }
        if (name.startsWith("uri:")) {
            return new GeneralName(GeneralName.uniformResourceIdentifier, name.substring(4));
        }
        return new GeneralName(GeneralName.dNSName, name.startsWith("dns:") ? name.substring(4) : name);
    }

    /** What is signed. */
    public byte[] info() {
        List<ASN1Encodable> all = new ArrayList<>(attributes);
        if (!extensions.isEmpty()) {
            ASN1Encodable request = new DERSequence(extensions.toArray(ASN1Encodable[]::new));
            all.add(new DERSequence(
                    new ASN1Encodable[] {new ASN1ObjectIdentifier(EXTENSION_REQUEST), new DERSet(request)}));
        }
        ASN1Encodable set = new DERTaggedObject(false, 0, new DERSet(all.toArray(ASN1Encodable[]::new)));
        return encoded(new DERSequence(new ASN1Encodable[] {version, subject, keyInfo, set}));
    }

    public byte[] sign(byte[] message) {
        try {
            Signature signature = Signature.getInstance(signatureName);
            signature.initSign(signer);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public byte[] der() {
        byte[] info = info();
        return der(info, sign(info));
    }

    /** With this information and signature, whether they belong together or not. */
    public byte[] der(byte[] info, byte[] signature) {
        return der(info, new DERBitString(signature));
    }

    public byte[] der(byte[] info, ASN1Encodable signature) {
        return encoded(new DERSequence(new ASN1Encodable[] {primitive(info), signatureAlgorithm, signature}));
    }

    public String pem() {
        return pem(der());
    }

    public static String pem(byte[] der) {
        return Pem.encode(Pem.CERTIFICATE_REQUEST, der);
    }

    public static AlgorithmIdentifier algorithm(String oid) {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid));
    }

    static byte[] encoded(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ASN1Primitive primitive(byte[] der) {
        try {
            return ASN1Primitive.fromByteArray(der);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
