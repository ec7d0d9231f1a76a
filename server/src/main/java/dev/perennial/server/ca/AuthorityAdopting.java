package dev.perennial.server.ca;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Authority.Role;
import dev.perennial.server.ca.Authority.State;
import dev.perennial.server.ca.AuthorityMaking.Made;
import dev.perennial.server.db.Ids;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import dev.perennial.server.vault.ImportedKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes CAs of ours of certificates that were made elsewhere. */
final class AuthorityAdopting {
    private final Authorities authorities;
    private final Ids ids;

    AuthorityAdopting(Authorities authorities, Ids ids) {
        this.authorities = authorities;
        this.ids = ids;
    }

    /** A CA that comes with its key; below one of ours where that signed it. Takes milliseconds. */
    Made imported(@Nullable String orgId, ImportedKey imported, Instant now) {
        AuthorityChain chain = AuthorityChain.verified("spec.certificate", imported.chain(), now);
        DistinguishedName subject = subject(chain.certificate());
        Authority ours = chain.isRoot() ? null : ours(chain.above().get(0), orgId);
        String id = ids.next();
        AuthorityEntry entry = new AuthorityEntry(
                id,
                orgId,
                name(subject),
                chain.isRoot() ? Role.ROOT : Role.ISSUING,
                State.ENABLED,
                chain.isRoot() ? id : ours == null ? null : ours.id(),
                chain.certificate().subject(),
                chain.certificate(),
                ours == null ? chain.above() : List.of(),
                imported.key().publicKey(),
                null,
                now,
                now);
        return new Made(entry, imported.key());
    }

    /** The CA of ours that this is the very certificate of, where the organisation may see it. */
    private @Nullable Authority ours(X509 certificate, @Nullable String orgId) {
        return authorities
                .bySubject(certificate.subject())
                .filter(found -> found.certificate().equals(certificate) && found.serves(orgId))
                .orElse(null);
    }

    private static DistinguishedName subject(X509 certificate) {
        try {
            DistinguishedName subject = DistinguishedName.parse(certificate.subject());
            if (subject.isEmpty()) {
                throw malformed("spec.certificate: a CA has a subject (RFC 5280 §4.1.2.6)");
            }
            return subject;
        } catch (ProblemException e) {
            throw malformed(e.detail());
        }
    }

    private static String name(DistinguishedName subject) {
        String commonName = subject.commonName();
        return commonName == null ? subject.toString() : commonName;
    }

    /**
     * A CA of ours with the certificate that was made for its PKCS#10: the first, or another one for the same key and name.
     * Where one of ours made it, it stands below that one, which can take it back then.
     *
     * @throws ProblemException conflict where it has no PKCS#10, malformed where the certificate is for something else
     */
    AuthorityEntry certified(AuthorityEntry entry, AuthorityChain chain, Instant now) {
        X509 certificate = chain.certificate();
        if (entry.pkcs10() == null) {
            throw ProblemException.of(
                    ProblemType.CONFLICT, "the certificate of this CA was not made elsewhere: make another CA");
        }
        if (chain.isRoot()) {
            throw malformed("spec.certificate: it is a root's; send the certificate that was made for the PKCS#10");
        }
        if (!certificate.key().equals(entry.key())) {
            throw malformed("spec.certificate: the first certificate is for another key than the PKCS#10's");
        }
        if (entry.state() != State.PENDING && !subject(certificate).equals(DistinguishedName.parse(entry.subject()))) {
            throw malformed("spec.certificate: the subject is not that of before, which stands in what it has issued");
        }
        subject(certificate);
        Authority ours = ours(chain.above().get(0), entry.orgId());
        if (ours == null) {
            return entry.certified(certificate, null, chain.above(), now);
        }
        requireNotBelow(entry, ours);
        return entry.certified(certificate, ours.id(), List.of(), now);
    }

    /** Who follows issuers upwards would not come to an end. */
    private void requireNotBelow(AuthorityEntry entry, Authority above) {
        Authority step = above;
        while (step != null) {
            if (step.id().equals(entry.id())) {
                throw malformed("spec.certificate: the CA that has signed it stands below it, or is it");
            }
            String issuerId = step.issuerId();
            step = issuerId == null || step.isRoot()
                    ? null
                    : authorities.find(issuerId).orElse(null);
        }
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, detail);
    }
}
