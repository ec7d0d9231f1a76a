package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.Fingerprint;
import dev.perennial.agent.config.ServerUrl;
import dev.perennial.agent.daemon.HttpThreads;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.PinnedRoot;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code login}: a password for an access token, which stays on this host. */
@Command(
        name = "login",
        mixinStandardHelpOptions = true,
        description = {
            "Log in at a server: your password is asked for and exchanged for an access token.",
            "Server, root certificates and token are kept in $XDG_CONFIG_HOME/perennial/login.json (else below ~/.config), for"
                    + " your eyes only. The password is kept nowhere."
        },
        footer = {
            "",
            "  perennial login --server https://certs.example.com:8443 --ca ca.pem --user alice",
            "  perennial login --server https://certs.example.com:8443 --ca-fingerprint sha256:HEX --user alice",
            "  perennial login --status"
        })
final class LoginCommand implements Callable<Integer> {
    private final Surroundings surroundings;
    private final Secrets secrets;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "https://HOST:PORT; else $PERENNIAL_SERVER, else as before.")
    private @Nullable String server;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "The server's root certificates in PEM; else $PERENNIAL_CA, else those of the login before.")
    private @Nullable Path ca;

    @Option(
            names = "--ca-fingerprint",
            paramLabel = "sha256:HEX",
            description = "Or the SHA-256 of the DER of its root: nothing secret is sent before it is verified.")
    private @Nullable String fingerprint;

    @Option(names = "--organisation", paramLabel = "ID", description = "The account's; 'default' where absent.")
    private String organisation = "";

    @Option(names = "--user", paramLabel = "NAME", description = "The account's name; asked for where absent.")
    private @Nullable String user;

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "A file with the password in its first line; - for standard input.")
    private @Nullable String passwordFile;

    @Option(
            names = "--expires",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "How long the login lasts; ${DEFAULT-VALUE} where absent.")
    private String expires = "";

    @Option(names = "--status", description = "Do not log in: say who you are, and when your login ends.")
    private boolean status;

    @Option(names = "--json", description = "Print one JSON document; the token is not in it.")
    private boolean json;

    LoginCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.secrets = new Secrets(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        if (status) {
            ServerOptions options = new ServerOptions();
            options.server = server;
            options.ca = ca;
            options.json = json;
            return new WhoamiCommand(new Session(surroundings, options)).call();
        }
        LoginFile file = LoginFile.of(surroundings);
        StoredLogin before = before(file);
        URI url = url(before);
        List<X509Certificate> roots = roots(url, before);
        String name = Accounts.user(organisation, user == null ? typedUser() : user);
        if (name.indexOf(':') >= 0) {
            throw new ConfigException("a user name has no colon");
        }
        String password = secrets.password(passwordFile, "--password-file", "Password of " + Visible.of(name));
        StoredLogin login = login(url, roots, name, password);
        file.write(login);
        String line = "logged in at " + url + " as " + Visible.of(name) + " until "
                + new Times(surroundings.clock(), surroundings.zone())
                        .of(login.expires().toString());
        surroundings
                .out()
                .println(
                        json
                                ? JsonTree.of(Map.of("server", url, "user", name, "expires", login.expires()))
                                        .json()
                                : line);
        return Reply.WELL;
    }

    private @Nullable StoredLogin before(LoginFile file) throws IOException {
        try {
            return file.read().orElse(null);
        } catch (ConfigException e) {
            // It is about to be replaced.
            return null;
        }
    }

    private URI url(@Nullable StoredLogin before) throws ConfigException {
        String named = server == null ? surroundings.variable("PERENNIAL_SERVER") : server;
        if (named != null) {
            return ServerUrl.parse(named);
        }
        if (before == null) {
            throw new ConfigException("which server? Say --server https://HOST:PORT");
        }
        return before.server();
    }

    private List<X509Certificate> roots(URI url, @Nullable StoredLogin before)
            throws ConfigException, IOException, ServerException {
        if (fingerprint == null) {
            StoredLogin there = before != null && before.server().equals(url) ? before : null;
            return Access.roots(surroundings, ca, url, there);
        }
        if (ca != null) {
            throw new ConfigException("say --ca or --ca-fingerprint, not both");
        }
        return List.of(PinnedRoot.fetch(url, Fingerprint.parse(fingerprint)));
    }

    private String typedUser() throws ConfigException {
        String typed = secrets.terminal("who logs in? Say --user NAME").readLine("User: ");
        if (typed == null || typed.isBlank()) {
            throw new ConfigException("no user was given");
        }
        return typed.strip();
    }

    private StoredLogin login(URI url, List<X509Certificate> roots, String name, String password)
            throws IOException, ServerException, RefusedException {
        JsonTree answer;
        try (HttpThreads threads = new HttpThreads()) {
            ServerClock clock = new ServerClock(surroundings.clock());
            answer = AdminApi.withPassword(url, roots, name, password, threads.executor(), clock)
                    .post(TokenCommands.PATH, Map.of("spec", Map.of("expires", expires)))
                    .document();
        }
        String token = answer.text("/status/token");
        try {
            if (token.isEmpty()) {
                throw new IOException("the server answered without a token");
            }
            return new StoredLogin(
                    url,
                    Certificates.toPem(roots),
                    name,
                    token,
                    answer.text("/metadata/id"),
                    Instant.parse(answer.text("/status/expires")));
        } catch (DateTimeException | CertificateException e) {
            throw new IOException("the server's answer cannot be used: " + e.getMessage(), e);
        }
    }
}
