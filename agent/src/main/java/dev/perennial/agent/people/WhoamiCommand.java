package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code admin whoami}: who the caller is at the server. */
@Command(name = "whoami", description = "Show who you are at the server, what you may do, and when your login ends.")
final class WhoamiCommand implements Callable<Integer> {
    private final Session session;

    WhoamiCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        StoredLogin login = session.login();
        String server = session.server();
        session.dialogue().show(session.get("/v1/me"), me -> {
            Details details = new Details()
                    .add("server", server)
                    .add("name", me.text("/status/name"))
                    .add("user", login == null ? "" : login.user())
                    .add("organisation", me.text("/status/org_id"))
                    .addAll("roles", me.at("/status/roles").texts())
                    .addAll("names", me.at("/status/names").texts())
                    .addAll("signers", me.at("/status/signers").texts());
            return login == null
                    ? details
                    : details.add(
                            "login ends", session.times().of(login.expires().toString()));
        });
        return Reply.WELL;
    }
}
