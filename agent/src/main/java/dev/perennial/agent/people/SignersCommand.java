package dev.perennial.agent.people;

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
        Table table = new Table("NAME", "PROFILE", "VALIDITY", "POLICY", "FOUR EYES", "ENABLED", "CA");
        return listing.show(
                session,
                Listing.Source.whole(new Query("/v1/signers"), "signers", "signers"),
                table,
                signer -> table.row(
                        signer.text("/spec/name"),
                        signer.text("/spec/profile"),
                        signer.text("/spec/validity"),
                        signer.text("/spec/policy"),
                        signer.text("/spec/four_eyes").equals("true") ? "yes" : "no",
                        signer.text("/spec/enabled").equals("false") ? "no" : "yes",
                        signer.text("/spec/ca_id")));
    }
}
