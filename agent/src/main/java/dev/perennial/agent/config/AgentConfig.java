package dev.perennial.agent.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file.
 *
 * @param server the server's base URL; null where the one of the enrolment is meant
 * @param state the state directory
 */
public record AgentConfig(@Nullable URI server, Path state, List<CertificateConfig> certificates) {

    public Optional<CertificateConfig> certificate(String name) {
        return certificates.stream()
                .filter(certificate -> certificate.name().equals(name))
                .findFirst();
    }
}
