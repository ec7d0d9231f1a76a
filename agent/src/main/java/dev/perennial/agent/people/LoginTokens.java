package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.HttpThreads;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The tokens that logins are made of: got for a password, and taken back. */
final class LoginTokens {
    private final ServerClock clock;

    LoginTokens(InstantSource clock) {
        this.clock = new ServerClock(clock);
    }

    /** @param expires how long it is to last */
    StoredLogin make(URI server, List<X509Certificate> roots, String user, String password, String expires)
            throws IOException, ServerException, RefusedException {
        JsonTree answer;
        try (HttpThreads threads = new HttpThreads()) {
            answer = AdminApi.withPassword(server, roots, user, password, threads.executor(), clock)
                    .post(TokenCommands.PATH, Map.of("spec", Map.of("expires", expires)))
                    .document();
        }
        String token = answer.text("/status/token");
        String id = answer.text("/metadata/id");
        if (token.isEmpty() || id.isEmpty()) {
            throw new IOException("the server answered without a token");
        }
        try {
            Instant end = Instant.parse(answer.text("/status/expires"));
            return new StoredLogin(server, Certificates.toPem(roots), user, token, id, end);
        } catch (DateTimeException | CertificateException e) {
            throw new IOException("the server's answer cannot be used: " + e.getMessage());
        }
    }

    /** Takes the token back at the server, unless that knows it no more: it opens nothing then. */
    void takeBack(StoredLogin login) throws CertificateException, ConfigException, ServerException, RefusedException {
        try (HttpThreads threads = new HttpThreads()) {
            AdminApi.withToken(login.server(), Certificates.parse(login.ca()), login.token(), threads.executor(), clock)
                    .delete(TokenCommands.PATH + "/" + Session.id(login.tokenId()));
        } catch (RefusedException e) {
            if (e.status() != 401 && e.status() != 404) {
                throw e;
            }
        }
    }

    /** The same, if it can be done: says whether. */
    boolean isTakenBack(StoredLogin login) {
        try {
            takeBack(login);
            return true;
        } catch (CertificateException | ConfigException | ServerException | RefusedException e) {
            return false;
        }
    }
}
