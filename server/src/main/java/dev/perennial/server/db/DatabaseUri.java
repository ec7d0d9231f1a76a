package dev.perennial.server.db;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a database is and as whom it is entered.
 *
 * @param host a name or address, or the absolute path of the directory that holds the UNIX socket
 * @param rootCertificate PEM file of the authorities trusted for {@code verify-ca} and {@code verify-full}, which need it
 */
public record DatabaseUri(
        String host,
        int port,
        String database,
        String user,
        @Nullable String password,
        SslMode sslMode,
        @Nullable Path rootCertificate) {

    /**
     * Reads {@code postgresql://user[:password]@host[:port]/database[?sslmode=…&sslrootcert=…]}; {@code ?host=/directory}
     * names a UNIX socket, as with libpq.
     *
     * @param environmentPassword the value of {@code PGPASSWORD}, used where the URI holds no password
     * @throws DatabaseSetupException saying which part is wrong; never repeating the password
     */
    public static DatabaseUri parse(String text, @Nullable String environmentPassword) {
        return DatabaseUriParser.parse(text, environmentPassword);
    }

    /** The same server, entered into another database. */
    public DatabaseUri withDatabase(String name) {
        return new DatabaseUri(host, port, name, user, password, sslMode, rootCertificate);
    }

    /** The same database, entered by a user without a password. */
    public DatabaseUri withUser(String name) {
        return new DatabaseUri(host, port, database, name, null, sslMode, rootCertificate);
    }

    /** Whether it is reached through a UNIX socket of this machine. */
    public boolean isLocalSocket() {
        return host.startsWith("/");
    }

    PgConnectOptions connectOptions(Map<String, String> settings) {
        PgConnectOptions options = new PgConnectOptions()
                .setHost(host)
                .setPort(port)
                .setDatabase(database)
                .setUser(user)
                .setPipeliningLimit(64)
                .setCachePreparedStatements(true)
                .setSslMode(sslMode);
        settings.forEach(options::addProperty);
        if (password != null) {
            options.setPassword(password);
        }
        if (sslMode != SslMode.DISABLE) {
            options.setSslOptions(sslOptions());
        }
        return options;
    }

    private ClientSSLOptions sslOptions() {
        boolean verified = sslMode == SslMode.VERIFY_CA || sslMode == SslMode.VERIFY_FULL;
        ClientSSLOptions options = new ClientSSLOptions()
                .setTrustAll(!verified)
                .setHostnameVerificationAlgorithm(sslMode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        if (verified && rootCertificate != null) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(rootCertificate.toString()));
        }
        return options;
    }

    /** The URI without the password: fit for logs. */
    @Override
    public String toString() {
        return isLocalSocket()
                ? "postgresql://" + user + "@/" + database + "?host=" + host
                : "postgresql://" + user + "@" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/"
                        + database;
    }
}
