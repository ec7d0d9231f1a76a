package dev.perennial.server.policy;

import dev.perennial.server.identity.Caller;
import dev.perennial.server.identity.Grants;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.Pkcs10;

/**
 * What policy is asked.
 *
 * @param usages that came with the PKCS#10
 * @param caller who asks for the names
 * @param organisation the names that everything in the caller's organisation keeps within
 * @param deniedBefore whether a person's last word on this request was no
 */
public record Question(
        Pkcs10 pkcs10,
        Usages usages,
        Caller caller,
        Profile profile,
        Approval approval,
        Grants organisation,
        boolean deniedBefore) {

    /** What the certificate may be used for. */
    CertificateProfile certificate() {
        return profile.certificate(pkcs10.key().kind(), usages);
    }
}
