package dev.perennial.agent.people;

import dev.perennial.agent.json.JsonTree;
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
        Query query = filters.addTo(new Query(Paths.REQUESTS), session.times())
                .add("state", state == null ? null : state.toLowerCase(Locale.ROOT));
        if (filters.count()) {
            return session.count(query);
        }
        JsonTree found =
                listing.fetch(session, query.add("limit_csr_certificates", "1"), "certificate_signing_requests");
        Table table = RequestView.table();
        for (JsonTree request : found.at("/certificate_signing_requests").elements()) {
            new RequestView(request, session.times()).row(table);
        }
        return session.list(found, table, "no requests");
    }
}
