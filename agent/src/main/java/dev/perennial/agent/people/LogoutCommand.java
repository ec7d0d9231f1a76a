package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.HttpThreads;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code logout}: the token is taken back at the server and forgotten here. */
@Command(
        name = "logout",
        mixinStandardHelpOptions = true,
        description = "End the login: the token is taken back at the server, and forgotten here in any case.")
final class LogoutCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    LogoutCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws ConfigException, IOException {
        LoginFile file = LoginFile.of(surroundings);
        Optional<StoredLogin> stored;
        try {
            stored = file.read();
        } catch (ConfigException e) {
            file.delete();
            throw e;
        }
        if (stored.isEmpty()) {
            surroundings.out().println("not logged in");
            return Reply.WELL;
        }
        StoredLogin login = stored.get();
        file.delete();
        try {
            takeBack(login);
        } catch (CertificateException | ServerException | RefusedException e) {
            // A token that the server knows no more opens nothing.
            if (!(e instanceof RefusedException refused) || refused.status() != 401 && refused.status() != 404) {
                surroundings
                        .err()
                        .println("perennial: forgotten here, but the server did not take the token back; it ends "
                                + login.expires() + ": " + Visible.of(String.valueOf(e.getMessage())));
                return Reply.FAILED;
            }
        }
        surroundings.out().println("logged out of " + login.server());
        return Reply.WELL;
    }

    private void takeBack(StoredLogin login)
            throws CertificateException, ConfigException, ServerException, RefusedException {
        try (HttpThreads threads = new HttpThreads()) {
            AdminApi.withToken(
                            login.server(),
                            Certificates.parse(login.ca()),
                            login.token(),
                            threads.executor(),
                            new ServerClock(surroundings.clock()))
                    .delete(TokenCommands.PATH + "/" + Session.id(login.tokenId()));
        }
    }
}
