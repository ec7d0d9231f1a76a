package dev.perennial.server.agilicus;

import dev.perennial.model.CertificateAuthorityJson;
import dev.perennial.model.Metadata;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.ca.AuthorityEntry;
import dev.perennial.server.ca.CutShort;
import dev.perennial.server.pkix.CaExtensions;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.NameConstraints;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.X509;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** CAs as the native API writes them. */
final class AuthorityWire {
    private final CutShort cutShort;

    AuthorityWire(CutShort cutShort) {
        this.cutShort = cutShort;
    }

    CertificateAuthorityJson json(AuthorityEntry entry) {
        X509 certificate = entry.certificate();
        CaExtensions extensions = certificate == null ? null : CaExtensions.of(certificate);
        DistinguishedName subject = DistinguishedName.parse(entry.subject());
        return new CertificateAuthorityJson(
                new Metadata(entry.id(), entry.created(), entry.updated()),
                new CertificateAuthorityJson.Spec(
                        entry.orgId(),
                        entry.name(),
                        null,
                        entry.role() == Authority.Role.ROOT ? "root" : "intermediate",
                        entry.key().kind().word(),
                        null,
                        entry.id().equals(entry.issuerId()) ? null : entry.issuerId(),
                        extensions == null ? null : extensions.pathLength(),
                        extensions == null ? null : constraints(extensions.nameConstraints()),
                        null,
                        null,
                        null,
                        null),
                new CertificateAuthorityJson.Status(
                        entry.state().word(),
                        pkcs10(entry.pkcs10()),
                        certificate == null ? null : certificate.pem(),
                        above(entry.above()),
                        subject.toString(),
                        certificate == null ? null : certificate.serial().hex(),
                        certificate == null ? null : HexFormat.of().formatHex(certificate.sha256()),
                        certificate == null ? null : certificate.notBefore(),
                        certificate == null ? null : certificate.notAfter(),
                        cutsShortFrom(entry)));
    }

    private static @Nullable String pkcs10(byte @Nullable [] der) {
        return der == null ? null : Pem.encode(Pem.CERTIFICATE_REQUEST, der);
    }

    private @Nullable Instant cutsShortFrom(AuthorityEntry entry) {
        return cutShort.from(entry.id()).orElse(null);
    }

    private static @Nullable String above(List<X509> chain) {
        return chain.isEmpty() ? null : chain.stream().map(X509::pem).collect(Collectors.joining());
    }

    private static CertificateAuthorityJson.@Nullable NameConstraints constraints(NameConstraints constraints) {
        return constraints.isEmpty()
                ? null
                : new CertificateAuthorityJson.NameConstraints(constraints.permitted(), constraints.excluded());
    }
}
