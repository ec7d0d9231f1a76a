package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.Fingerprint;
import dev.perennial.agent.config.ServerUrl;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.PinnedRoot;
import dev.perennial.agent.server.ServerException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
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
        LoginTokens tokens = new LoginTokens(surroundings.clock());
        StoredLogin login = tokens.make(url, roots, name, password, expires);
        keep(file, tokens, login);
        forget(tokens, url, before);
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

    private static void keep(LoginFile file, LoginTokens tokens, StoredLogin login) throws IOException {
        try {
            file.write(login);
        } catch (IOException e) {
            // Nobody has the token, so nobody is to be able to use it.
            String still =
                    tokens.isTakenBack(login) ? "" : "; its token at the server is good until " + login.expires();
            throw new IOException("the login cannot be kept: " + e + still, e);
        }
    }

    /** The token of the login before, of which nobody knows any more. */
    private void forget(LoginTokens tokens, URI url, @Nullable StoredLogin before) {
        if (before != null && before.server().equals(url) && !tokens.isTakenBack(before)) {
            surroundings
                    .err()
                    .println("(the token of the login before could not be taken back; it ends " + before.expires()
                            + ")");
        }
    }

    private static @Nullable StoredLogin before(LoginFile file) {
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

    private List<X509Certificate> roots(URI url, @Nullable StoredLogin before) throws ConfigException, ServerException {
        if (fingerprint == null) {
            StoredLogin there = before != null && before.server().equals(url) ? before : null;
            return Access.roots(Access.ca(surroundings, ca), url, there);
        }
        if (ca != null) {
            throw new ConfigException("say --ca or --ca-fingerprint, not both");
        }
        return List.of(PinnedRoot.fetch(url, Fingerprint.parse(fingerprint)));
    }

    private String typedUser() throws ConfigException, IOException {
        if (!surroundings.terminal().isThere()) {
            throw new ConfigException("who logs in? Say --user NAME");
        }
        String typed = surroundings.terminal().ask("User: ");
        if (typed.isEmpty()) {
            throw new ConfigException("no user was given");
        }
        return typed;
    }
}
