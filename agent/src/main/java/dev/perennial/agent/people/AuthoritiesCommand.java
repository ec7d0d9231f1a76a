package dev.perennial.agent.people;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code admin authorities}. */
@Command(name = "authorities", description = "List the root certificates that lead to what the server issues.")
final class AuthoritiesCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private Listing listing = new Listing();

    AuthoritiesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        Table table = new Table("ID", "SUBJECT", "EXPIRES", "SHA-256");
        return listing.show(
                session,
                Listing.Source.whole(new Query("/v1/root_certificates"), "root_certificates", "root certificates"),
                table,
                root -> table.row(
                        root.text("/metadata/id"),
                        Names.brief(Names.ofCertificate(root)),
                        session.times().brief(root.text("/status/not_after")),
                        root.text("/status/sha256")));
    }
}
