package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --organisation} of what is made. */
final class OrganisationOption {
    @Option(
            names = "--organisation",
            paramLabel = "ID",
            description = "The organisation it belongs to; your own where absent.")
    private @Nullable String organisation;

    /** The bootstrap administrator belongs to none, so the first one stands for it. */
    String of(Session session) throws ConfigException, EndedException, ServerException, RefusedException {
        if (organisation != null) {
            return organisation;
        }
        String own = session.get("/v1/me").text("/status/org_id");
        return own.isEmpty() ? "default" : own;
    }
}
