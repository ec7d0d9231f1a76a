package dev.perennial.server.csr;

import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.X509;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What leads from a certificate to its root, as doors send it along. Thread-safe. */
public final class IssuerChains {
    private final Authorities authorities;

    /** The same few stand in every answer. */
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** @param of the CA as it was when they were written; it may get another certificate */
    private record Known(Authority of, String pem) {}

    public IssuerChains(Authorities authorities) {
        this.authorities = authorities;
    }

    /** The issuer and what leads from it to a root, the root not included; of a root's own leaf the root itself. */
    @SuppressWarnings("ReferenceEquality") // another one is read where anything of it, or of one above it, has changed
    public String of(Certificate certificate) {
        if (!certificate.chain().isEmpty()) {
            StringBuilder pem = new StringBuilder();
            certificate.chain().forEach(der -> pem.append(Pem.encode(Pem.CERTIFICATE, der)));
            return pem.toString();
        }
        Authority authority = authorities.find(certificate.issuerId()).orElse(null);
        if (authority == null) {
            return "";
        }
        Known chain = known.get(authority.id());
        if (chain == null || chain.of() != authority) {
            chain = new Known(authority, pem(authorities.chain(authority)));
            known.put(authority.id(), chain);
        }
        return chain.pem();
    }

    /** Of a chain that is a root alone, that root. */
    public static String pem(List<X509> chain) {
        int last = Math.max(1, chain.size() - 1);
        StringBuilder pem = new StringBuilder();
        chain.stream().limit(last).forEach(issuer -> pem.append(issuer.pem()));
        return pem.toString();
    }
}
