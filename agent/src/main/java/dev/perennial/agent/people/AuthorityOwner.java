package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose a CA is: one organisation's, or the installation's. */
final class AuthorityOwner {
    @Mixin
    private OrganisationOption organisation = new OrganisationOption();

    @Option(names = "--installation", description = "It is for every organisation; the bootstrap administrator only.")
    private boolean installation;

    void addTo(Map<String, Object> spec, Session session)
            throws ConfigException, EndedException, ServerException, RefusedException {
        if (!installation) {
            spec.put("org_id", organisation.of(session));
        }
    }
}
