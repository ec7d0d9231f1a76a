package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin revoke}: one certificate, what has its key, or what a query finds. */
@Command(
        name = "revoke",
        description =
                "Revoke a certificate, or with --query all that the filters find; for good, but for certificateHold.",
        footer = {
            "",
            "  perennial admin revoke CERTIFICATE_ID --reason keyCompromise",
            "  perennial admin revoke CERTIFICATE_ID --reason superseded --replace --deadline P2D",
            "  perennial admin revoke --query --name-contains .shop.example.com --reason cessationOfOperation"
        })
final class RevokeCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "0..1", paramLabel = "CERTIFICATE_ID", description = "As 'certificates' lists it.")
    private @Nullable String given;

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "REASON",
            completionCandidates = Words.Reasons.class,
            description = "Why (RFC 5280): ${COMPLETION-CANDIDATES}.")
    private String reason = "";

    @Option(
            names = "--with-key",
            description = "Block the key, and revoke whatever else has it; keyCompromise always does.")
    private boolean withKey;

    @Option(
            names = "--replace",
            description =
                    "Have another made first, and revoke this one when its agent has that in use, or at the deadline;"
                            + " for superseded and keyCompromise.")
    private boolean replace;

    @Option(
            names = "--deadline",
            paramLabel = "WHEN",
            description = "With --replace: P2D (from now), 2027-01-31, or an RFC 3339 instant; a day where absent.")
    private @Nullable String deadline;

    @Option(names = "--query", description = "Revoke all that the filters find: they are counted and shown first.")
    private boolean query;

    @Mixin
    private Filters filters = new Filters();

    @Option(names = "--request", paramLabel = "ID", description = "With --query: only certificates of this request.")
    private @Nullable String request;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            completionCandidates = Words.CertificateStates.class,
            description = "With --query: only certificates that are this now: ${COMPLETION-CANDIDATES}.")
    private @Nullable String state;

    @Mixin
    private OrganisationOption organisation = new OrganisationOption();

    @Mixin
    private Consent consent = new Consent();

    RevokeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        Map<String, Object> conditions = conditions();
        if (query) {
            if (given != null || replace || deadline != null) {
                throw new ConfigException("--query goes without CERTIFICATE_ID, --replace and --deadline");
            }
            if (conditions.isEmpty()) {
                throw new ConfigException("--query wants a filter, such as --name-contains TEXT");
            }
            return new RevokingFound(session, consent).revoke(organisation.of(session), reason, withKey, conditions);
        }
        if (given == null || !conditions.isEmpty()) {
            throw new ConfigException("say one CERTIFICATE_ID, or --query and filters");
        }
        return revoke(Session.id(given));
    }

    private Map<String, Object> conditions() throws ConfigException {
        Map<String, Object> conditions = filters.conditions(session.times());
        if (request != null) {
            conditions.put("csr_id", Session.id(request));
        }
        if (state != null) {
            conditions.put("state", state.toLowerCase(Locale.ROOT));
        }
        return conditions;
    }

    private int revoke(String id) throws Exception {
        CertificateView view = new CertificateView(session.get(Paths.CERTIFICATES + "/" + id), session.times());
        session.dialogue().present(view.details(), consent.isGiven());
        session.dialogue().confirmByTyping(consent.isGiven(), "Revoke it for " + Visible.of(reason) + "?", view.name());
        JsonTree answer = session.post(Paths.CERTIFICATES + "/" + id + "/revoke", order());
        JsonTree revoked = answer.at("/status/revoked");
        session.dialogue()
                .done(
                        answer,
                        revoked.isThere()
                                ? "revoked " + id + " "
                                        + session.times().of(revoked.text("/time")) + ": "
                                        + Visible.of(revoked.text("/reason"))
                                : "another is asked for; " + id + " is revoked when that is in use, or "
                                        + session.times().of(answer.text("/status/revoke_by")));
        return Reply.WELL;
    }

    private Map<String, Object> order() {
        Map<String, Object> order = new LinkedHashMap<>(Map.of("reason", reason));
        if (withKey) {
            order.put("with_key", true);
        }
        if (replace) {
            order.put("replace", true);
        }
        if (deadline != null) {
            order.put("deadline", session.times().ahead(deadline));
        }
        return order;
    }
}
