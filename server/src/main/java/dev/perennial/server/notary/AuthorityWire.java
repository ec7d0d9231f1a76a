package dev.perennial.server.notary;

import dev.perennial.server.ca.Authorities;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.ca.AuthorityEntry;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.revocation.Revocations;
import java.util.List;
import java.util.stream.Stream;

/** CAs and their CRLs as this door writes them. */
final class AuthorityWire {
    private final Authorities authorities;
    private final Revocations revocations;

    AuthorityWire(Authorities authorities, Revocations revocations) {
        this.authorities = authorities;
        this.revocations = revocations;
    }

    record Shown(long id, boolean enabled, String certificate, String csr, String crl) implements CutList.Item {
        @Override
        public long octets() {
            return (long) certificate.length() + csr.length() + crl.length();
        }
    }

    record ShownCrl(String crl) {}

    Shown of(long number, AuthorityEntry entry) {
        byte[] pkcs10 = entry.pkcs10();
        return new Shown(
                number,
                entry.state() == Authority.State.ENABLED,
                RequestWire.joined(chain(entry).map(X509::pem)),
                pkcs10 == null
                        ? ""
                        : Pem.encode(Pem.CERTIFICATE_REQUEST, pkcs10).strip(),
                revocations.crl(entry.id()).map(crl -> crl.pem().strip()).orElse(""));
    }

    /** What leads to its root; upstream has a root followed by itself, as whatever issued something. */
    private Stream<X509> chain(AuthorityEntry entry) {
        X509 certificate = entry.certificate();
        if (certificate == null) {
            return Stream.empty();
        }
        // One that another server has just made is not known here yet, but for its own certificate.
        List<X509> chain = authorities.find(entry.id()).map(authorities::chain).orElse(List.of(certificate));
        return chain.size() == 1 ? Stream.of(certificate, certificate) : chain.stream();
    }
}
