package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.ServerUrl;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.x509.Certificates;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Which server is asked, and as whom: the options, else the environment, else what {@code login} stored. What was stored
 * for one server is used for no other.
 */
record Access(URI server, List<X509Certificate> roots, Credential credential) {
    /** @param login the stored login that it is of; null for a token of the options or the environment */
    record Credential(String token, @Nullable StoredLogin login) {}

    static Access of(Surroundings surroundings, ServerOptions options) throws ConfigException, IOException {
        String url = options.server != null ? options.server : surroundings.variable("PERENNIAL_SERVER");
        Optional<StoredLogin> stored = LoginFile.of(surroundings).read();
        URI server = url != null
                ? ServerUrl.parse(url)
                : stored.orElseThrow(() ->
                                new ConfigException("which server? Log in with 'perennial login --server URL', or say"
                                        + " --server, --ca and --token-file"))
                        .server();
        StoredLogin login = stored.filter(of -> of.server().equals(server)).orElse(null);
        return new Access(
                server, roots(surroundings, options.ca, server, login), credential(surroundings, options, login));
    }

    /** The roots of the option, else of the environment, else of a login at that server. */
    static List<X509Certificate> roots(
            Surroundings surroundings, @Nullable Path ca, URI server, @Nullable StoredLogin login)
            throws ConfigException, IOException {
        String named = surroundings.variable("PERENNIAL_CA");
        Path file = ca != null || named == null ? ca : Path.of(named);
        if (file != null) {
            return parse(file.toString(), read(file));
        }
        if (login == null) {
            throw new ConfigException("which root certificates lead to " + server
                    + "? Say --ca FILE (a copy of the server's ca.pem), or log in there");
        }
        return parse("the root of the login", login.ca());
    }

    private static String read(Path file) throws ConfigException, IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new ConfigException("there is no file " + file);
        }
    }

    private static List<X509Certificate> parse(String what, String pem) throws ConfigException {
        try {
            return Certificates.parse(pem);
        } catch (CertificateException e) {
            throw new ConfigException(what + " cannot be read: " + e.getMessage());
        }
    }

    private static Credential credential(Surroundings surroundings, ServerOptions options, @Nullable StoredLogin login)
            throws ConfigException, IOException {
        if (options.tokenFile != null) {
            return new Credential(new Secrets(surroundings).fromFile(options.tokenFile), null);
        }
        String token = surroundings.variable("PERENNIAL_TOKEN");
        if (token != null) {
            return new Credential(token.strip(), null);
        }
        if (login == null) {
            throw new ConfigException("as whom? Log in there with 'perennial login', or say --token-file FILE");
        }
        return new Credential(login.token(), login);
    }

    AdminApi api(Executor executor, ServerClock clock) {
        return AdminApi.withToken(server, roots, credential.token(), executor, clock);
    }
}
