package dev.perennial.server.judges;

import dev.perennial.server.judges.Judge.Verdict;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;

/** Bouncy Castle has no validator that takes an answer to OCSP: the steps of RFC 6960 §3.2 one by one. */
final class BouncyCastleOcsp {
    private BouncyCastleOcsp() {}

    static Verdict judge(Judged judged) {
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
