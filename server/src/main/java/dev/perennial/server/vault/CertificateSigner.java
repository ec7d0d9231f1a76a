package dev.perennial.server.vault;

import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.Lint;
import dev.perennial.server.pkix.LintException;
import dev.perennial.server.pkix.SignatureAlgorithm;

/** The one way from a plan to a certificate: encode, lint, sign. */
public final class CertificateSigner {
    private CertificateSigner() {}

    /**
     * The certificate as DER.
     *
     * @throws LintException if what was encoded breaks a rule; nothing is signed then
     * @throws IllegalArgumentException if {@code key} is not the key of the plan's issuer
     */
    public static byte[] issue(CertificatePlan plan, SigningKey key) {
        if (!plan.issuer().key().equals(key.publicKey())) {
            throw new IllegalArgumentException("the key " + key + " is not the issuer's");
        }
        SignatureAlgorithm algorithm = key.algorithm();
        byte[] tbs = plan.encode(algorithm);
        Lint.check(tbs, plan, algorithm);
        return CertificatePlan.assemble(tbs, algorithm, key.sign(tbs));
    }
}
