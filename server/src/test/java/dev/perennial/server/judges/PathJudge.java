package dev.perennial.server.judges;

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
import org.bouncycastle.jce.provider.BouncyCastleProvider;

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

    /** The JDK takes one label for a host's name. */
    @Override
    public boolean canBeAsked(Judged judged) {
        return provider instanceof BouncyCastleProvider || !LoneName.of(judged).isLabel();
    }

    @Override
    public Verdict byChain(Judged judged, Instant at) {
        try {
            PKIXParameters parameters = parameters(judged, at);
            parameters.setRevocationEnabled(false);
            return validate(judged, parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Verdict byLists(Judged judged) {
        try {
            PKIXParameters parameters = parameters(judged, Instant.now());
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
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(judged.certificate("root"), null)));
        parameters.setDate(Date.from(at));
        parameters.setRevocationEnabled(true);
        return parameters;
    }

    private Verdict validate(Judged judged, PKIXParameters parameters) throws GeneralSecurityException {
        X509Certificate leaf = judged.certificate("leaf");
        try {
            CertPathValidator.getInstance("PKIX", provider)
                    .validate(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertPath(List.of(leaf, judged.certificate("issuer"))),
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
        return provider instanceof BouncyCastleProvider ? BouncyCastleOcsp.judge(judged) : jdks(judged);
    }

    private Verdict jdks(Judged judged) {
        try {
            PKIXParameters parameters = parameters(judged, Instant.now());
            PKIXRevocationChecker checker = (PKIXRevocationChecker)
                    CertPathValidator.getInstance("PKIX", provider).getRevocationChecker();
            checker.setOptions(
                    Set.of(PKIXRevocationChecker.Option.ONLY_END_ENTITY, PKIXRevocationChecker.Option.NO_FALLBACK));
            checker.setOcspResponses(Map.of(judged.certificate("leaf"), judged.der("ocsp")));
            parameters.addCertPathChecker(checker);
            return validate(judged, parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
