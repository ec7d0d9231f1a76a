package dev.perennial.server.agilicus;

import dev.perennial.model.AgentConnectorJson;
import dev.perennial.model.CertificateJson;
import dev.perennial.model.DecisionJson;
import dev.perennial.model.Metadata;
import dev.perennial.model.RevocationReason;
import dev.perennial.model.RootCertificatesJson;
import dev.perennial.model.SigningRequestJson;
import dev.perennial.server.ca.Authority;
import dev.perennial.server.csr.Certificate;
import dev.perennial.server.csr.Explanation;
import dev.perennial.server.csr.Generation;
import dev.perennial.server.csr.IssuerChains;
import dev.perennial.server.csr.RequestView;
import dev.perennial.server.csr.Rotation;
import dev.perennial.server.csr.SigningRequest;
import dev.perennial.server.csr.Update;
import dev.perennial.server.enrolment.Identity;
import dev.perennial.server.fleet.Agent;
import dev.perennial.server.pkix.DistinguishedName;
import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.pkix.Pem;
import dev.perennial.server.pkix.Pkcs10;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.policy.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The domain's values as the native API writes them. */
final class Wire {
    /** What Agilicus' clients expect where no signer was named. */
    private static final String DEFAULT_TARGET = "agilicus-public-acme";

    private static final String NOT_TOLD =
            "the certificate says that no revocation information is available (RFC 9608): relying parties will not learn"
                    + " of this, and go on trusting it until it ends";

    private static final HexFormat HEX = HexFormat.of();

    private final IssuerChains chains;

    Wire(IssuerChains chains) {
        this.chains = chains;
    }

    SigningRequestJson request(RequestView view) {
        SigningRequest request = view.request();
        Rotation rotation = request.rotation();
        String target = request.targetIssuer();
        return new SigningRequestJson(
                new Metadata(request.id(), request.created(), request.updated()),
                new SigningRequestJson.Spec(
                        request.orgId(),
                        Pem.encode(Pem.CERTIFICATE_REQUEST, request.current().pkcs10()),
                        request.autoRenew(),
                        rotation.standing(),
                        null,
                        request.privateKeyId(),
                        target == null ? DEFAULT_TARGET : target,
                        request.uid(),
                        usages(request.current())),
                status(view));
    }

    private SigningRequestJson.Status status(RequestView view) {
        SigningRequest request = view.request();
        Generation current = request.current();
        Generation next = request.next();
        Rotation rotation = request.rotation();
        String problem = request.renewProblem();
        return new SigningRequestJson.Status(
                view.certificates().stream().map(this::certificate).toList(),
                current.commonName(),
                current.identifiers().stream()
                        .filter(name -> name.type() == Identifier.Type.DNS)
                        .map(Identifier::value)
                        .toList(),
                request.agentId(),
                view.renews(),
                view.updates().stream().map(update -> update(request, update)).toList(),
                current.state(),
                next == null
                        ? null
                        : new SigningRequestJson.Next(
                                next.number(),
                                next.state(),
                                next.message() == null ? next.reason() : next.message(),
                                HEX.formatHex(next.sha256()),
                                Pem.encode(Pem.CERTIFICATE_REQUEST, next.pkcs10()),
                                subject(next),
                                usages(next)),
                problem == null ? current.reason() : problem.replaceFirst(":.*", ""),
                problem == null ? current.message() : problem,
                current.number(),
                request.signer(),
                HEX.formatHex(current.sha256()),
                rotation.standing()
                        ? new SigningRequestJson.Rotation(rotation.epoch(), rotation.deadline(), rotation.reason())
                        : null,
                subject(current));
    }

    private static @Nullable List<String> usages(Generation generation) {
        return generation.usages().isNone() ? null : generation.usages().words();
    }

    private static @Nullable String subject(Generation generation) {
        DistinguishedName subject = Pkcs10.subjectOf(generation.pkcs10());
        return subject.isEmpty() ? null : subject.toString();
    }

    static DecisionJson explanation(Explanation explanation) {
        Decision decision = explanation.decision();
        List<Identifier> names = decision.approves() ? decision.identifiers() : decision.refused();
        Duration retryAfter = explanation.retryAfter();
        return new DecisionJson(
                decision.verdict().name().toLowerCase(Locale.ROOT),
                decision.rule(),
                decision.reason(),
                decision.advice(),
                names.stream().map(Identifier::value).toList(),
                decision.subject().isEmpty() ? null : decision.subject().toString(),
                explanation.names().stream()
                        .map(one -> new DecisionJson.Named(one.name().toString(), one.grant(), one.organisation()))
                        .toList(),
                explanation.signer(),
                new DecisionJson.Limit(
                        explanation.limit().count(),
                        explanation.limit().per().toString(),
                        explanation.left(),
                        retryAfter == null ? null : retryAfter.toString()));
    }

    CertificateJson certificate(Certificate certificate) {
        return new CertificateJson(
                new Metadata(certificate.id(), certificate.created(), certificate.created()),
                new CertificateJson.Spec(
                        certificate.orgId(),
                        "issued",
                        Pem.encode(Pem.CERTIFICATE, certificate.der()),
                        chains.of(certificate),
                        certificate.requestId(),
                        null),
                new CertificateJson.Status(
                        certificate.notBefore(),
                        certificate.notAfter(),
                        certificate.renewalTime(),
                        certificate.issuerId(),
                        certificate.serial(),
                        HEX.formatHex(certificate.sha256()),
                        revocation(certificate),
                        certificate.cutShort(),
                        certificate.revoked() == null ? certificate.revokeBy() : null));
    }

    static CertificateJson.@Nullable Revocation revocation(Certificate certificate) {
        Instant revoked = certificate.revoked();
        RevocationReason reason = certificate.revocationReason();
        return revoked == null || reason == null
                ? null
                : new CertificateJson.Revocation(
                        revoked, reason.word(), X509.parse(certificate.der()).hasNoRevocation() ? NOT_TOLD : null);
    }

    private static CertificateJson update(SigningRequest request, Update update) {
        String certificateId = update.certificateId();
        return new CertificateJson(
                new Metadata(certificateId == null ? request.id() : certificateId, update.at(), update.at()),
                new CertificateJson.Spec(request.orgId(), update.reason(), null, null, request.id(), update.message()),
                null);
    }

    static RootCertificatesJson.Root root(Authority root) {
        X509 certificate = root.certificate();
        return new RootCertificatesJson.Root(
                new Metadata(root.id(), certificate.notBefore(), certificate.notBefore()),
                new RootCertificatesJson.Spec("", certificate.pem()),
                new RootCertificatesJson.Status(
                        certificate.notBefore(), certificate.notAfter(), HEX.formatHex(certificate.sha256())));
    }

    static AgentConnectorJson agent(Agent agent) {
        return agent(agent, null, null, null);
    }

    static AgentConnectorJson identity(Identity identity) {
        return agent(identity.agent(), identity.chain(), identity.notAfter(), identity.renewalTime());
    }

    private static AgentConnectorJson agent(
            Agent agent, @Nullable String chain, @Nullable Instant notAfter, @Nullable Instant renewalTime) {
        return new AgentConnectorJson(
                new Metadata(agent.id(), agent.created(), agent.updated()),
                AgentConnectorJson.Spec.of(agent.orgId(), agent.name(), agent.names()),
                new AgentConnectorJson.Status(
                        agent.retired() ? "retired" : "active", chain, notAfter, renewalTime, agent.lastSeen()));
    }
}
