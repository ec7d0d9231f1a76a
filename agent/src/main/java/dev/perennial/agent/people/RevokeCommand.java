package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin revoke}. */
@Command(
        name = "revoke",
        description = "Revoke a certificate, for good.",
        footer = {"", "  perennial admin revoke CERTIFICATE_ID --reason keyCompromise"})
final class RevokeCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "CERTIFICATE_ID", description = "As 'certificates' lists it.")
    private String given = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "REASON",
            completionCandidates = Words.Reasons.class,
            description = "Why (RFC 5280): ${COMPLETION-CANDIDATES}.")
    private String reason = "";

    @Mixin
    private Consent consent = new Consent();

    RevokeCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        String id = Session.id(given);
        CertificateView view = new CertificateView(session.get(Paths.CERTIFICATES + "/" + id), session.times());
        session.dialogue().present(view.details(), consent.isGiven());
        session.dialogue().confirmByTyping(consent.isGiven(), "Revoke it for " + Visible.of(reason) + "?", view.name());
        JsonTree answer = session.post(Paths.CERTIFICATES + "/" + id + "/revoke", Map.of("reason", reason));
        JsonTree revoked = answer.at("/status/revoked");
        session.dialogue()
                .done(
                        answer,
                        "revoked " + id + " "
                                + session.times().of(revoked.text("/time")) + ": "
                                + Visible.of(revoked.text("/reason")));
        return Reply.WELL;
    }
}
