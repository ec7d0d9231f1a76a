package dev.perennial.agent.people;

import dev.perennial.agent.json.JsonTree;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code admin signers}. */
@Command(name = "signers", description = "List the signers.")
final class SignersCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Listing listing = new Listing();

    SignersCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        JsonTree found = listing.fetch(session, new Query("/v1/signers"), "signers");
        Table table = new Table("NAME", "PROFILE", "VALIDITY", "POLICY", "FOUR EYES", "ENABLED", "CA");
        for (JsonTree signer : found.at("/signers").elements()) {
            table.row(
                    signer.text("/spec/name"),
                    signer.text("/spec/profile"),
                    signer.text("/spec/validity"),
                    signer.text("/spec/policy"),
                    signer.text("/spec/four_eyes").equals("true") ? "yes" : "no",
                    signer.text("/spec/enabled").equals("false") ? "no" : "yes",
                    signer.text("/spec/ca_id"));
        }
        return session.list(found, table, "no signers");
    }
}
