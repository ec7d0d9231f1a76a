package dev.perennial.agent.key;

import dev.perennial.agent.x509.PrivateKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Makes keys and has them sign their PKCS#10 (RFC 2986). */
public final class KeyMaker {
    /** ub-common-name of RFC 5280, appendix A.1. */
    private static final int COMMON_NAME_LIMIT = 64;

    private final SecureRandom random;

    public KeyMaker(SecureRandom random) {
        this.random = random;
    }

    /** A key for a server; its names stand in the subjectAltName alone. */
    public NewKey forServer(KeyType type, List<String> dnsNames) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        GeneralName[] names = dnsNames.stream()
                .map(name -> new GeneralName(GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        try {
            extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return make(type, new X500Name(""), extensions);
    }

    /** A P-256 key for an agent's identity; the name is for people who read, the server decides what it signs. */
    public NewKey forIdentity(String agentName) {
        String commonName =
                agentName.length() > COMMON_NAME_LIMIT ? agentName.substring(0, COMMON_NAME_LIMIT) : agentName;
        X500Name subject = new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
        return make(KeyType.EC_P256, subject, new ExtensionsGenerator());
    }

    private NewKey make(KeyType type, X500Name subject, ExtensionsGenerator extensions) {
        try {
            KeyPair pair = generate(type);
            PKCS10CertificationRequestBuilder builder =
                    new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic());
            if (!extensions.isEmpty()) {
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            byte[] pkcs10 = builder.build(new JcaContentSignerBuilder(type.signature())
                            .setSecureRandom(random)
                            .build(pair.getPrivate()))
                    .getEncoded();
            return new NewKey(
                    PrivateKeys.toPem(pair.getPrivate()),
                    pkcs10,
                    pair.getPublic().getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this JDK cannot make a key of type " + type.word(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KeyPair generate(KeyType type) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(type.algorithm());
        if (!type.curve().isEmpty()) {
            generator.initialize(new ECGenParameterSpec(type.curve()), random);
        } else if (type.bits() > 0) {
            generator.initialize(type.bits(), random);
        }
        return generator.generateKeyPair();
    }
}
