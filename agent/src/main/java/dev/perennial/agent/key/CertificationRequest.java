package dev.perennial.agent.key;

import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.Pem;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * What a PKCS#10 asks for, read from its very bytes: who approves it is to see these, and not what somebody says of them.
 *
 * @param names every subjectAltName with its type in front
 * @param sha256 lower-case hex of the SHA-256 of its DER
 */
public record CertificationRequest(
        String subject, List<String> names, List<String> extensions, String key, String sha256) {

    /** Reads the PEM of one PKCS#10 (RFC 7468 §7). */
    public static CertificationRequest parse(String pem) throws CertificateException {
        String label = pem.startsWith("-----BEGIN NEW ") ? "NEW CERTIFICATE REQUEST" : "CERTIFICATE REQUEST";
        List<byte[]> blocks = Pem.parse(pem, label);
        if (blocks.size() != 1) {
            throw new CertificateException("there are " + blocks.size() + " PKCS#10, not one");
        }
        byte[] der = blocks.get(0);
        try {
            PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
            Extensions requested = request.getRequestedExtensions();
            return new CertificationRequest(
                    request.getSubject().toString(),
                    names(requested),
                    extensions(requested),
                    key(PublicKeyFactory.createKey(request.getSubjectPublicKeyInfo())),
                    Certificates.sha256(der));
        } catch (IOException | IllegalArgumentException e) {
            throw new CertificateException("the PKCS#10 cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<String> names(Extensions requested) {
        GeneralNames names =
                requested == null ? null : GeneralNames.fromExtensions(requested, Extension.subjectAlternativeName);
        List<String> texts = new ArrayList<>();
        if (names != null) {
            for (GeneralName name : names.getNames()) {
                texts.add(text(name));
            }
        }
        return texts;
    }

    private static String text(GeneralName name) {
        return switch (name.getTagNo()) {
            case GeneralName.dNSName -> "dns:" + name.getName();
            case GeneralName.rfc822Name -> "email:" + name.getName();
            case GeneralName.uniformResourceIdentifier -> "uri:" + name.getName();
            case GeneralName.iPAddress ->
                "ip:" + address(ASN1OctetString.getInstance(name.getName()).getOctets());
            case GeneralName.directoryName -> "directory:" + name.getName();
            default -> "other(" + name.getTagNo() + "):" + name.getName();
        };
    }

    private static String address(byte[] octets) {
        try {
            return java.net.InetAddress.getByAddress(octets).getHostAddress();
        } catch (java.net.UnknownHostException e) {
            return HexFormat.of().formatHex(octets);
        }
    }

    /** The other extensions that are asked for, by their object identifiers. */
    private static List<String> extensions(Extensions requested) {
        List<String> others = new ArrayList<>();
        if (requested != null) {
            for (var identifier : requested.getExtensionOIDs()) {
                if (!identifier.equals(Extension.subjectAlternativeName)) {
                    others.add(identifier.getId());
                }
            }
        }
        return others;
    }

    private static String key(AsymmetricKeyParameter key) {
        if (key instanceof RSAKeyParameters rsa) {
            return "RSA " + rsa.getModulus().bitLength();
        }
        if (key instanceof ECPublicKeyParameters ec) {
            return "EC " + ec.getParameters().getCurve().getFieldSize();
        }
        return key.getClass().getSimpleName().replace("PublicKeyParameters", "");
    }
}
