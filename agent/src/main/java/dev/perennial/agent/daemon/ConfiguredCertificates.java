package dev.perennial.agent.daemon;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.config.CertificateConfig;
import dev.perennial.agent.renewal.CertificateStatus;
import dev.perennial.agent.renewal.CertificateWork;
import dev.perennial.agent.state.SchemaException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The certificates of the configuration: those that are worked on, and those whose state cannot be read. */
final class ConfiguredCertificates {
    private static final Logger LOG = Logger.getLogger("perennial");

    private final Opening opening;
    private AgentConfig config;
    private List<CertificateWork> works = List.of();
    /** The others go on without them. */
    private List<CertificateStatus> unreadable = List.of();

    ConfiguredCertificates(AgentConfig first, Opening opening) throws SchemaException {
        this.opening = opening;
        this.config = first;
        configure(first);
    }

    /** Reads what is known of a certificate. */
    interface Opening {
        CertificateWork open(CertificateConfig certificate) throws IOException;
    }

    /** Takes a new configuration over; certificates that it no longer names keep their files and are left alone. */
    void configure(AgentConfig wanted) throws SchemaException {
        List<CertificateWork> next = new ArrayList<>();
        List<CertificateStatus> failed = new ArrayList<>();
        for (CertificateConfig certificate : wanted.certificates()) {
            try {
                Optional<CertificateWork> same = works.stream()
                        .filter(work -> work.config().equals(certificate))
                        .findFirst();
                next.add(same.isPresent() ? same.get() : opening.open(certificate));
            } catch (SchemaException e) {
                throw e;
            } catch (IOException e) {
                failed.add(CertificateStatus.unreadable(certificate, String.valueOf(e.getMessage())));
            }
        }
        config = wanted;
        works = List.copyOf(next);
        if (!failed.equals(unreadable)) {
            failed.forEach(certificate -> LOG.severe(StatusLines.of(certificate)));
        }
        unreadable = List.copyOf(failed);
    }

    /** Takes up again what a person has mended. */
    void readAgain() {
        if (unreadable.isEmpty()) {
            return;
        }
        try {
            configure(config);
        } catch (SchemaException e) {
            LOG.log(Level.WARNING, "{0}", e.getMessage());
        }
    }

    List<CertificateWork> works() {
        return works;
    }

    Optional<CertificateWork> work(String name) {
        return works.stream().filter(work -> work.config().name().equals(name)).findFirst();
    }

    List<CertificateStatus> status() {
        return Stream.concat(works.stream().map(CertificateWork::status), unreadable.stream())
                .toList();
    }
}
