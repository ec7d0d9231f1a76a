package dev.perennial.agent.people;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code admin audit}: the record of what was done and refused. */
@Command(
        name = "audit",
        description = "List the audit record, the newest first.",
        footer = {
            "",
            "  perennial admin audit --since P1D --outcome refused",
            "  perennial admin audit --object ID --all"
        })
final class AuditCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Listing listing = new Listing();

    @Mixin
    private OrganisationFilter organisation = new OrganisationFilter();

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "From then on: PT2H (that long ago), 2027-01-31, or an RFC 3339 instant.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "WHEN", description = "Before then.")
    private @Nullable String until;

    @Option(names = "--actor", paramLabel = "ACTOR", description = "Only by this one, such as account:ID.")
    private @Nullable String actor;

    @Option(names = "--action", paramLabel = "ACTION", description = "Only this action.")
    private @Nullable String action;

    @Option(names = "--object", paramLabel = "ID", description = "Only about this object.")
    private @Nullable String object;

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            completionCandidates = Words.Outcomes.class,
            description = "Only: ${COMPLETION-CANDIDATES}.")
    private @Nullable String outcome;

    @Option(names = "--source", paramLabel = "ADDRESS", description = "Only from this address.")
    private @Nullable String source;

    @Option(names = "--http-request", paramLabel = "ID", description = "Only of this HTTP request.")
    private @Nullable String httpRequest;

    AuditCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        Times times = session.times();
        Query query = organisation
                .addTo(new Query("/v1/audit_events"))
                .add("since", since == null ? null : times.back(since))
                .add("until", until == null ? null : times.back(until))
                .add("actor", actor)
                .add("action", action)
                .add("object_id", object)
                .add("outcome", outcome)
                .add("source", source)
                .add("http_request", httpRequest);
        Table table = new Table("AT", "ACTOR", "ACTION", "OBJECT", "OUTCOME", "SOURCE", "REASON");
        return listing.show(
                session,
                Listing.Source.paged(query, "audit_events", "audit events"),
                table,
                event -> table.row(
                        times.exact(event.text("/at")),
                        event.text("/actor"),
                        event.text("/action"),
                        event.text("/object_id"),
                        event.text("/outcome"),
                        event.text("/source"),
                        event.text("/reason")));
    }
}
