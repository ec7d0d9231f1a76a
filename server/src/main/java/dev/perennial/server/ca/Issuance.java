package dev.perennial.server.ca;

import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.CertificatePlan;
import dev.perennial.server.pkix.CertificateProfile;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.Pointers;
import dev.perennial.server.pkix.SerialNumber;
import dev.perennial.server.pkix.SubjectPublicKey;
import dev.perennial.server.pkix.Validity;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.policy.Decision;
import dev.perennial.server.vault.CertificateSigner;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes one certificate: its names and usages from the decision, its terms from the signer, its serial number from 128 random bits;
 * linted, then signed. What it returns has left nobody's memory. Thread-safe; a P-256 signature holds the caller for
 * some tens of microseconds.
 */
public final class Issuance {
    private static final String RESPONDER = "Perennial OCSP Responder";

    private final Authorities authorities;
    private final SecureRandom random;
    private final Ids ids;
    private final @Nullable URI publicUrl;

    /** @param publicUrl where relying parties fetch CA certificates; null: certificates carry no pointer */
    public Issuance(Authorities authorities, SecureRandom random, Ids ids, @Nullable URI publicUrl) {
        this.authorities = authorities;
        this.random = random;
        this.ids = ids;
        this.publicUrl = publicUrl;
    }

    /** Whether a signature under that signer takes so long that no event loop may wait for it. */
    public boolean takesLong(Signer signer) {
        return authorityOf(signer).key().publicKey().kind().family() == KeyKind.Family.RSA;
    }

    /** Signs what was decided, for that key. */
    public Issued issue(Signer signer, Decision decision, SubjectPublicKey key, Instant now) {
        CertificateProfile decided = decision.certificate();
        if (!decision.approves() || decided == null) {
            throw new IllegalArgumentException("nothing is signed that policy did not approve");
        }
        Authority authority = authorityOf(signer);
        authority.requireEnabled();
        return issue(
                authority,
                signer.termsOn(decided),
                signer.validity(),
                decision.subject(),
                decision.identifiers(),
                key,
                now);
    }

    /** Signs the identity of an agent, whose name is its id and nothing else. */
    public Issued issueIdentity(String agentId, SubjectPublicKey key, Duration validity, Instant now) {
        return issue(
                authorities.identity(),
                CertificateProfile.client(key.kind()),
                validity,
                DistinguishedName.ofCommonName(agentId),
                List.of(),
                key,
                now);
    }

    /** Signs the server's own certificate, under the terms of the signer; by a disabled CA too, for who is to enable it. */
    public Issued issueOwn(Signer signer, List<Identifier> names, SubjectPublicKey key, Instant now) {
        return issue(
                authorityOf(signer),
                signer.termsOn(CertificateProfile.server(key.kind())),
                signer.validity(),
                DistinguishedName.empty(),
                names,
                key,
                now);
    }

    /** Signs the certificate by which a CA delegates its answers to OCSP (RFC 6960 §4.2.2.2). */
    public Issued issueResponder(Authority authority, SubjectPublicKey key, Duration validity, Instant now) {
        return issue(
                authority,
                CertificateProfile.ocspResponder(),
                validity,
                DistinguishedName.ofCommonName(RESPONDER),
                List.of(),
                key,
                now);
    }

    /**
     * Under which issuer a certificate made elsewhere is kept: one of ours if its key signed it, else what names the
     * foreign one. One serial number of an issuer is so never stored twice.
     */
    public String issuerIdOf(X509 certificate) {
        return authorities
                .bySubject(certificate.issuer())
                .filter(ours -> certificate.verifiedBy(ours.certificate().key().publicKey()))
                .map(Authority::id)
                .orElseGet(() -> "sha256:" + HexFormat.of().formatHex(Digests.sha256(certificate.issuer())));
    }

    private Issued issue(
            Authority authority,
            CertificateProfile profile,
            Duration validity,
            DistinguishedName subject,
            List<Identifier> identifiers,
            SubjectPublicKey key,
            Instant now) {
        X509 issuer = authority.certificate();
        Validity times = Validity.of(now, validity, issuer.notBefore(), issuer.notAfter());
        SerialNumber serial = SerialNumber.random(random);
        CertificatePlan plan = new CertificatePlan(
                serial, authority.issuer(), times, subject, identifiers, key, profile, pointers(authority, profile));
        byte[] der = CertificateSigner.issue(plan, authority.key());
        return new Issued(
                ids.next(),
                authority.id(),
                serial.hex(),
                der,
                Digests.sha256(der),
                times.notBefore(),
                times.notAfter(),
                times.cutShort(),
                RenewalWindow.draw(times.notBefore(), times.notAfter(), random));
    }

    private Authority authorityOf(Signer signer) {
        return Optional.ofNullable(signer.authorityId())
                .flatMap(authorities::find)
                .orElseThrow(() -> new IllegalStateException("signer " + signer.name() + " has no CA"));
    }

    /** Only to an authority that anybody may fetch; to its revocations only where the profile has any (RFC 9608 §3). */
    private Pointers pointers(Authority authority, CertificateProfile profile) {
        if (publicUrl == null || !authorities.isPublished(authority)) {
            return Pointers.NONE;
        }
        URI certificate = publicUrl.resolve("/ca/" + authority.id() + ".crt");
        return profile.noRevocation() || profile.responder()
                ? new Pointers(certificate, null, null)
                : new Pointers(
                        certificate, publicUrl.resolve("/ocsp"), publicUrl.resolve("/ca/" + authority.id() + ".crl"));
    }
}
