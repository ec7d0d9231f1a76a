package dev.perennial.agent.testing;

import dev.perennial.agent.x509.Certificates;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** A P-256 root with one issuing CA below it. */
public final class TestCa {
    public final X509Certificate root;
    public final X509Certificate issuing;
    private final KeyPair issuingKey;

    public TestCa(String name) {
        KeyPair rootKey = key();
        issuingKey = key();
        Instant now = Instant.now();
        Leaf ca = new Leaf()
                .from(now.minus(Duration.ofDays(1)))
                .until(now.plus(Duration.ofDays(30)))
                .authority();
        root = sign(ca.subject("CN=" + name + " root"), rootKey.getPublic(), "CN=" + name + " root", rootKey);
        issuing = sign(ca.subject("CN=" + name + " issuing"), issuingKey.getPublic(), "CN=" + name + " root", rootKey);
    }

    /** What a certificate shall say; each part may be made wrong. */
    public static final class Leaf {
        private Instant notBefore = Instant.now().minusSeconds(2);
        private Instant notAfter = Instant.now().plus(Duration.ofDays(90));
        private List<GeneralName> names = List.of();
        private BigInteger serial = new BigInteger(120, new SecureRandom());
        private String subject = "";
        private boolean authority;
        private KeyPurposeId purpose = KeyPurposeId.id_kp_serverAuth;

        public Leaf from(Instant instant) {
            notBefore = instant;
            return this;
        }

        public Leaf until(Instant instant) {
            notAfter = instant;
            return this;
        }

        public Leaf dns(List<String> dns) {
            names = dns.stream()
                    .map(name -> new GeneralName(GeneralName.dNSName, name))
                    .toList();
            return this;
        }

        public Leaf ip(String ip) {
            names = List.of(new GeneralName(GeneralName.iPAddress, ip));
            return this;
        }

        public Leaf serial(BigInteger number) {
            serial = number;
            return this;
        }

        public Leaf subject(String name) {
            subject = name;
            return this;
        }

        public Leaf authority() {
            authority = true;
            return this;
        }

        public Leaf client() {
            purpose = KeyPurposeId.id_kp_clientAuth;
            return this;
        }
    }

    public X509Certificate issue(Leaf leaf, PublicKey key) {
        return sign(leaf, key, issuing.getSubjectX500Principal().getName(), issuingKey);
    }

    public static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static PublicKey publicKey(byte[] pkcs10) {
        try {
            return new JcaPKCS10CertificationRequest(pkcs10).getPublicKey();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static List<String> dnsNames(byte[] pkcs10) {
        try {
            Extensions extensions = Extensions.getInstance(new JcaPKCS10CertificationRequest(pkcs10)
                    .getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)[0]
                    .getAttrValues()
                    .getObjectAt(0));
            return List.of(GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName)
                            .getNames())
                    .stream()
                    .map(name -> name.getName().toString())
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    public static String pem(X509Certificate... certificates) {
        try {
            return Certificates.toPem(List.of(certificates));
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("JavaUtilDate") // Bouncy Castle's builder takes no other.
    private static X509Certificate sign(Leaf leaf, PublicKey key, String issuer, KeyPair signer) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    new X500Name(issuer),
                    leaf.serial,
                    Date.from(leaf.notBefore),
                    Date.from(leaf.notAfter),
                    new X500Name(leaf.subject),
                    key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(leaf.authority));
            if (leaf.authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            } else {
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(leaf.purpose));
            }
            if (!leaf.names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        leaf.subject.isEmpty(),
                        new GeneralNames(leaf.names.toArray(GeneralName[]::new)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
