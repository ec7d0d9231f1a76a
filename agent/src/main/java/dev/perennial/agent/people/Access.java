package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.GivenFile;
import dev.perennial.agent.config.ServerUrl;
import dev.perennial.agent.server.AdminApi;
import dev.perennial.agent.server.ServerClock;
import dev.perennial.agent.x509.Certificates;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Which server is asked, and as whom: the options, else the environment, else what {@code login} stored. What was stored
 * for one server is used for no other, and not looked at where it is not needed.
 */
record Access(URI server, List<X509Certificate> roots, Credential credential) {
    /** @param login the stored login that it is of; null for a token of the options or the environment */
    record Credential(String token, @Nullable StoredLogin login) {}

    static Access of(Surroundings surroundings, ServerOptions options, Secrets secrets) throws ConfigException {
        String url = options.server != null ? options.server : surroundings.variable("PERENNIAL_SERVER");
        Path ca = ca(surroundings, options.ca);
        String token = options.tokenFile != null
                ? secrets.fromFile(options.tokenFile)
                : surroundings.variable("PERENNIAL_TOKEN");
        StoredLogin stored = url != null && ca != null && token != null
                ? null
                : LoginFile.of(surroundings).read().orElse(null);
        URI server = server(url, stored);
        StoredLogin login = stored != null && stored.server().equals(server) ? stored : null;
        return new Access(server, roots(ca, server, login), credential(token, login));
    }

    private static URI server(@Nullable String url, @Nullable StoredLogin stored) throws ConfigException {
        if (url != null) {
            return ServerUrl.parse(url);
        }
        if (stored == null) {
            throw new ConfigException(
                    "which server? Log in with 'perennial login --server URL', or say --server, --ca and"
                            + " --token-file");
        }
        return stored.server();
    }

    /** The file of the option, else of the environment; null where neither names one. */
    static @Nullable Path ca(Surroundings surroundings, @Nullable Path option) {
        String named = surroundings.variable("PERENNIAL_CA");
        return option != null || named == null ? option : Path.of(named);
    }

    /** The roots of that file, else of a login at that server. */
    static List<X509Certificate> roots(@Nullable Path file, URI server, @Nullable StoredLogin login)
            throws ConfigException {
        if (file != null) {
            return parse(file.toString(), GivenFile.pem(file));
        }
        if (login == null) {
            throw new ConfigException("which root certificates lead to " + server
                    + "? Say --ca FILE (a copy of the server's ca.pem), or log in there");
        }
        return parse("the root of the login", login.ca());
    }

    private static List<X509Certificate> parse(String what, String pem) throws ConfigException {
        try {
            return Certificates.parse(pem);
        } catch (CertificateException e) {
            throw new ConfigException(what + " cannot be read: " + e.getMessage());
        }
    }

    private static Credential credential(@Nullable String token, @Nullable StoredLogin login) throws ConfigException {
        if (token != null) {
            return new Credential(token.strip(), null);
        }
        if (login == null) {
            throw new ConfigException("as whom? Log in there with 'perennial login', or say --token-file FILE");
        }
        return new Credential(login.token(), login);
    }

    AdminApi api(Executor executor, ServerClock clock) throws ConfigException {
        return AdminApi.withToken(server, roots, credential.token(), executor, clock);
    }
}
