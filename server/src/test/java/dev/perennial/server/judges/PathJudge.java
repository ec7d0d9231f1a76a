package dev.perennial.server.judges;

import dev.perennial.server.judges.Judged.Purpose;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.cert.CRL;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/** Path validation by PKIX (RFC 5280 §6) of the JDK or of Bouncy Castle, which ask for no purpose by themselves. */
public final class PathJudge implements Judge {
    private final Provider provider;

    private PathJudge(Provider provider) {
        this.provider = provider;
    }

    public static PathJudge ofJdk() {
        try {
            return new PathJudge(CertPathValidator.getInstance("PKIX", "SUN").getProvider());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static PathJudge ofBouncyCastle() {
        return new PathJudge(new BouncyCastleProvider());
    }

    @Override
    public Verdict byLists(Judged judged, Instant at) {
        try {
            PKIXParameters parameters = parameters(judged, at);
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            CRL issuers = factory.generateCRL(new ByteArrayInputStream(judged.der("issuer-crl")));
            CRL roots = factory.generateCRL(new ByteArrayInputStream(judged.der("root-crl")));
            parameters.addCertStore(
                    CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(issuers, roots))));
            return validate(judged, parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private PKIXParameters parameters(Judged judged, Instant at) throws GeneralSecurityException {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate(judged, "root"), null)));
        parameters.setDate(Date.from(at));
        parameters.setRevocationEnabled(true);
        return parameters;
    }

    private static X509Certificate certificate(Judged judged, String name) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(judged.der(name)));
    }

    private Verdict validate(Judged judged, PKIXParameters parameters) throws GeneralSecurityException {
        X509Certificate leaf = certificate(judged, "leaf");
        try {
            CertPathValidator.getInstance("PKIX", provider)
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(List.of(leaf, certificate(judged, "issuer"))),
                            parameters);
            return isFor(leaf, judged.purpose()) ? Verdict.GOOD : Verdict.REFUSED;
        } catch (CertPathValidatorException e) {
            boolean revoked = e.getReason() == CertPathValidatorException.BasicReason.REVOKED
                    || String.valueOf(e.getMessage()).contains("revo")
                            && String.valueOf(e.getMessage()).contains("reason");
            return revoked ? Verdict.REVOKED : Verdict.REFUSED;
        }
    }

    private static boolean isFor(X509Certificate leaf, Purpose purpose) throws GeneralSecurityException {
        List<String> purposes = leaf.getExtendedKeyUsage();
        return purposes == null || purposes.contains(purpose.oid());
    }

    @Override
    public Verdict byOcsp(Judged judged) {
        return provider instanceof BouncyCastleProvider ? bouncyCastles(judged) : jdks(judged);
    }

    private Verdict jdks(Judged judged) {
        try {
            PKIXParameters parameters = parameters(judged, Instant.now());
            PKIXRevocationChecker checker = (PKIXRevocationChecker)
                    CertPathValidator.getInstance("PKIX", provider).getRevocationChecker();
            checker.setOptions(
                    Set.of(PKIXRevocationChecker.Option.ONLY_END_ENTITY, PKIXRevocationChecker.Option.NO_FALLBACK));
            checker.setOcspResponses(Map.of(certificate(judged, "leaf"), judged.der("ocsp")));
            parameters.addCertPathChecker(checker);
            return validate(judged, parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** It has no validator that takes an answer: the steps of RFC 6960 §3.2 one by one. */
    private static Verdict bouncyCastles(Judged judged) {
        try {
            BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(judged.der("ocsp")).getResponseObject();
            X509CertificateHolder responder = basic.getCerts()[0];
            X509CertificateHolder issuer = new X509CertificateHolder(judged.der("issuer"));
            BouncyCastleProvider own = new BouncyCastleProvider();
            JcaContentVerifierProviderBuilder verifiers = new JcaContentVerifierProviderBuilder().setProvider(own);
            boolean delegated = responder.isSignatureValid(verifiers.build(issuer))
                    && responder.getIssuer().equals(issuer.getSubject())
                    && new JcaX509CertificateConverter()
                            .setProvider(own)
                            .getCertificate(responder)
                            .getExtendedKeyUsage()
                            .contains("1.3.6.1.5.5.7.3.9");
            boolean about = basic.getResponses()[0]
                    .getCertID()
                    .getSerialNumber()
                    .equals(new X509CertificateHolder(judged.der("leaf")).getSerialNumber());
            if (!delegated || !about || !basic.isSignatureValid(verifiers.build(responder))) {
                return Verdict.REFUSED;
            }
            CertificateStatus status = basic.getResponses()[0].getCertStatus();
            return status == CertificateStatus.GOOD
                    ? Verdict.GOOD
                    : status instanceof RevokedStatus ? Verdict.REVOKED : Verdict.REFUSED;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
