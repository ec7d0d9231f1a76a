package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin certificates}: certificates, found. */
@Command(
        name = "certificates",
        description = "List certificates.",
        footer = {
            "",
            "  perennial admin certificates --name www.example.com --state valid",
            "  perennial admin certificates --expires-before P14D --count"
        })
final class CertificatesCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Listing listing = new Listing();

    @Mixin
    private OrganisationFilter organisation = new OrganisationFilter();

    @Mixin
    private Filters filters = new Filters();

    @Option(names = "--request", paramLabel = "ID", description = "Only certificates of this request.")
    private @Nullable String request;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            completionCandidates = Words.CertificateStates.class,
            description = "Only certificates that are this now: ${COMPLETION-CANDIDATES}.")
    private @Nullable String state;

    CertificatesCommand(Session session) {
        this.session = session;
    }

    @Command(
            description = {
                "Release a certificate from hold: it is good again.",
                "What was revoked for another reason stays so."
            },
            footer = {"", "  perennial admin certificates release CERTIFICATE_ID --reason 'the laptop was found'"})
    int release(
            @Parameters(paramLabel = "CERTIFICATE_ID", description = "As 'certificates' lists it.") String given,
            @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.") String reason)
            throws Exception {
        String id = Session.id(given);
        JsonTree answer = session.post(Paths.CERTIFICATES + "/" + id + "/release", Map.of("reason", reason));
        session.dialogue().done(answer, "released " + id + " from hold");
        return Reply.WELL;
    }

    @Override
    public Integer call() throws Exception {
        Query query = organisation
                .addTo(filters.addTo(new Query(Paths.CERTIFICATES), session.times()))
                .add("csr_id", request)
                .add("state", state == null ? null : state.toLowerCase(Locale.ROOT));
        if (filters.count()) {
            return filters.count(session, query);
        }
        Table table = CertificateView.table();
        return listing.show(
                session,
                Listing.Source.paged(query, "certificates", "certificates"),
                table,
                certificate -> new CertificateView(certificate, session.times()).row(table));
    }
}
