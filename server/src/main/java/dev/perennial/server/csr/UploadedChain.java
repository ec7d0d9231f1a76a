package dev.perennial.server.csr;

import dev.perennial.model.ProblemType;
import dev.perennial.server.ca.Issued;
import dev.perennial.server.pkix.Digests;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.problem.ProblemException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A certificate made elsewhere, with what leads to its root: every link verified when it is read. */
final class UploadedChain {
    private static final int LONGEST = 10;

    private final List<X509> chain;

    private UploadedChain(List<X509> chain) {
        this.chain = chain;
    }

    /**
     * Takes milliseconds: never on an event loop.
     *
     * @throws ProblemException malformed, saying what is wrong with the chain
     */
    static UploadedChain parse(String pem) {
        List<byte[]> blocks = Pem.decodeAll(Pem.CERTIFICATE, pem);
        if (blocks.size() < 2 || blocks.size() > LONGEST) {
            throw malformed("send the certificate and then its issuers, 2 to " + LONGEST
                    + " PEM blocks, all here or the issuers in spec.ca");
        }
        List<X509> chain = blocks.stream().map(X509::parse).toList();
        if (chain.get(0).isCa()) {
            throw malformed("the first certificate is a CA's; the end entity's must come first");
        }
        for (int place = 1; place < chain.size(); place++) {
            X509 below = chain.get(place - 1);
            X509 issuer = chain.get(place);
            if (!issuer.isCa()
                    || !Arrays.equals(below.issuer(), issuer.subject())
                    || !below.verifiedBy(issuer.key().publicKey())) {
                throw malformed("certificate " + (place + 1) + " did not issue the one before it");
            }
        }
        return new UploadedChain(chain);
    }

    /**
     * Of a signer elsewhere: the end entity's certificate first, and the rest as it pleases the signer.
     *
     * @throws ProblemException badCsr where these are no certificates
     */
    static UploadedChain parseAny(String pem) {
        List<byte[]> blocks = Pem.decodeAll(Pem.CERTIFICATE, pem);
        if (blocks.size() > LONGEST) {
            throw ProblemException.of(
                    ProblemType.BAD_CSR, "the certificate and what leads to its root, 1 to " + LONGEST + " PEM blocks");
        }
        return new UploadedChain(blocks.stream().map(X509::parse).toList());
    }

    /** @throws ProblemException badPublicKey where the leaf is for another key than that generation's */
    void requireKeyOf(Generation generation) {
        if (!hasKeyOf(generation)) {
            throw ProblemException.of(
                    ProblemType.BAD_PUBLIC_KEY, "the certificate is for another key than the request's");
        }
    }

    private boolean hasKeyOf(Generation generation) {
        return Arrays.equals(Digests.sha256(leaf().subjectPublicKeyInfo()), generation.spkiSha256());
    }

    /** The leaf's key must be the request's, and it may carry no name that the request does not. */
    void requireFits(Generation generation, Instant now) {
        X509 leaf = chain.get(0);
        if (!hasKeyOf(generation)) {
            throw malformed("the certificate is for another key than the request's");
        }
        Set<Identifier> asked = Set.copyOf(generation.identifiers());
        List<String> more = leaf.identifiers().stream()
                .filter(name -> !asked.contains(name))
                .map(Identifier::value)
                .toList();
        if (!more.isEmpty()) {
            throw malformed("the certificate carries names that the request does not")
                    .about(more);
        }
        if (now.isAfter(leaf.notAfter())) {
            throw malformed("the certificate ended at " + leaf.notAfter());
        }
    }

    List<byte[]> issuers() {
        return chain.subList(1, chain.size()).stream().map(X509::der).toList();
    }

    X509 leaf() {
        return chain.get(0);
    }

    Issued asIssued(String id, String issuerId) {
        X509 leaf = leaf();
        return new Issued(
                id,
                issuerId,
                leaf.serial().hex(),
                leaf.der(),
                leaf.sha256(),
                leaf.notBefore(),
                leaf.notAfter(),
                false,
                leaf.notAfter());
    }

    private static ProblemException malformed(String detail) {
        return ProblemException.of(ProblemType.MALFORMED, "spec.certificate: " + detail);
    }
}
