package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code logout}: the token is taken back at the server and forgotten here. */
@Command(
        name = "logout",
        mixinStandardHelpOptions = true,
        description = "End the login: the token is taken back at the server, and forgotten here in any case.")
final class LogoutCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--json", description = "Print one JSON document.")
    private boolean json;

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
            say("not logged in", null, false);
            return Reply.WELL;
        }
        StoredLogin login = stored.get();
        file.delete();
        try {
            new LoginTokens(surroundings.clock()).takeBack(login);
        } catch (CertificateException | ConfigException | ServerException | RefusedException e) {
            surroundings
                    .err()
                    .println("perennial: forgotten here, but the server did not take the token back; it ends "
                            + login.expires() + ": " + Visible.of(String.valueOf(e.getMessage())));
            say("", login, false);
            return Reply.FAILED;
        }
        say("logged out of " + login.server(), login, true);
        return Reply.WELL;
    }

    private void say(String line, @Nullable StoredLogin login, boolean takenBack) {
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            if (login != null) {
                document.put("server", login.server());
            }
            document.put("token_taken_back", takenBack);
            surroundings.out().println(JsonTree.of(document).json());
        } else if (!line.isEmpty()) {
            surroundings.out().println(line);
        }
    }
}
