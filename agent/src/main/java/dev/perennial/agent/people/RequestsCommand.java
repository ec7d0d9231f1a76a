package dev.perennial.agent.people;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code admin requests}: signing requests, found. */
@Command(
        name = "requests",
        description = "List signing requests.",
        footer = {
            "",
            "What waits for a person:",
            "  perennial admin requests --state pending",
            "What ends within thirty days:",
            "  perennial admin requests --expires-before P30D --all"
        })
final class RequestsCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Listing listing = new Listing();

    @Mixin
    private OrganisationFilter organisation = new OrganisationFilter();

    @Mixin
    private Filters filters = new Filters();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            completionCandidates = Words.RequestStates.class,
            description = "Only requests in this state: ${COMPLETION-CANDIDATES}.")
    private @Nullable String state;

    RequestsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        Query query = organisation
                .addTo(filters.addTo(new Query(Paths.REQUESTS), session.times()))
                .add("state", state == null ? null : state.toLowerCase(Locale.ROOT));
        if (filters.count()) {
            return filters.count(session, query);
        }
        Table table = RequestView.table();
        return listing.show(
                session,
                Listing.Source.paged(
                        query.add("limit_csr_certificates", "1"), "certificate_signing_requests", "requests"),
                table,
                request -> new RequestView(request, session.times()).row(table));
    }
}
