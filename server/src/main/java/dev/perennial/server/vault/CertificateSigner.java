package dev.perennial.server.vault;

import dev.perennial.server.pkix.CertificateList;
import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.CertificationRequest;
import dev.perennial.server.pkix.Issuer;
import dev.perennial.server.pkix.IssuerLimits;
import dev.perennial.server.pkix.Lint;
import dev.perennial.server.pkix.LintException;
import dev.perennial.server.pkix.OcspResponse;
import dev.perennial.server.pkix.SignatureAlgorithm;
import dev.perennial.server.problem.ProblemException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The one way from a plan to a certificate, asked of the CA's limits, encoded, linted, signed, and from what is known to a CRL or an OCSP answer. */
public final class CertificateSigner {
    private CertificateSigner() {}

    /**
     * The certificate as DER.
     *
     * @throws ProblemException where the CA, or one above it, may not certify that: {@link IssuerLimits#check}
     * @throws LintException if what was encoded breaks a rule; nothing is signed then
     * @throws IllegalArgumentException if {@code key} is not the key of the plan's issuer
     */
    public static byte[] issue(CertificatePlan plan, SigningKey key) {
        requireKeyOf(plan.issuer(), key);
        plan.issuer().limits().check(plan);
        SignatureAlgorithm algorithm = key.algorithm();
        byte[] tbs = plan.encode(algorithm);
        Lint.check(tbs, plan, algorithm);
        return CertificatePlan.assemble(tbs, algorithm, key.sign(tbs));
    }

    /** The PKCS#10 of a key of ours, as DER; {@code key} has to be its key. */
    public static byte[] request(CertificationRequest request, SigningKey key) {
        if (!request.key().equals(key.publicKey())) {
            throw new IllegalArgumentException("the key " + key + " is not the request's");
        }
        byte[] info = request.encode();
        return CertificationRequest.assemble(info, key.algorithm(), key.sign(info));
    }

    /**
     * The CRL of that number as DER.
     *
     * @throws IllegalArgumentException if {@code key} is not the key of the list's issuer
     */
    public static byte[] sign(
            CertificateList list, long number, Instant thisUpdate, Instant nextUpdate, SigningKey key) {
        requireKeyOf(list.issuer(), key);
        SignatureAlgorithm algorithm = key.algorithm();
        byte[] tbs = list.encode(algorithm, number, thisUpdate, nextUpdate);
        return CertificatePlan.assemble(tbs, algorithm, key.sign(tbs));
    }

    /**
     * An OCSP answer as DER.
     *
     * @param certificate of the responder whose key it is
     */
    public static byte[] answer(
            List<OcspResponse.Single> singles,
            byte @Nullable [] nonce,
            Instant producedAt,
            SigningKey key,
            byte[] certificate) {
        byte[] data = OcspResponse.encode(key.publicKey(), producedAt, singles, nonce);
        return OcspResponse.assemble(data, key.algorithm(), key.sign(data), certificate);
    }

    private static void requireKeyOf(Issuer issuer, SigningKey key) {
        if (!issuer.key().equals(key.publicKey())) {
            throw new IllegalArgumentException("the key " + key + " is not the issuer's");
        }
    }
}
