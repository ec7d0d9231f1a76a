package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.server.RefusedException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code admin show}: one object in full, whichever it is. */
@Command(name = "show", description = "Show a request, a certificate or an agent in full.")
final class ShowCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ID", description = "Its id.")
    private String given = "";

    ShowCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        String id = Session.id(given);
        Times times = session.times();
        try {
            session.dialogue()
                    .show(
                            session.get(new Query(Paths.REQUESTS + "/" + id).add("get_certificate_updates", "true")),
                            request -> new RequestView(request, times).details());
            return Reply.WELL;
        } catch (RefusedException e) {
            if (e.status() != 404 || e.slug().equals("withdrawn")) {
                throw e;
            }
        }
        for (String path : List.of(Paths.CERTIFICATES, Paths.AGENTS)) {
            try {
                session.dialogue()
                        .show(
                                session.get(path + "/" + id),
                                found -> path.equals(Paths.AGENTS)
                                        ? AgentCommands.details(found, times)
                                        : new CertificateView(found, times).details());
                return Reply.WELL;
            } catch (RefusedException e) {
                if (e.status() != 404) {
                    throw e;
                }
            }
        }
        session.dialogue().note("perennial: no request, certificate or agent that you may read has the id " + id);
        return Reply.FAILED;
    }
}
