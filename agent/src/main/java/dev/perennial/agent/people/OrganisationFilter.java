package dev.perennial.agent.people;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --organisation} of the lists of what belongs to one. */
final class OrganisationFilter {
    @Option(names = "--organisation", paramLabel = "ID", description = "Only what belongs to this organisation.")
    private @Nullable String organisation;

    Query addTo(Query query) {
        return query.add("org_id", organisation);
    }
}
