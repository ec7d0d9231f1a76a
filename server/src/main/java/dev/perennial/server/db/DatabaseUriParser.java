package dev.perennial.server.db;

import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads libpq's URI form, the part of it that is supported; everything else is an error that says so. */
final class DatabaseUriParser {
    private static final String FORM = "postgresql://user[:password]@host[:port]/database[?sslmode=…]";
    private static final Set<String> PARAMETERS = Set.of("sslmode", "sslrootcert", "host");
    private static final int DEFAULT_PORT = 5432;

    private DatabaseUriParser() {}

    static DatabaseUri parse(String text, @Nullable String environmentPassword) {
        URI uri = syntax(text);
        Map<String, String> parameters = parameters(uri.getRawQuery());
        String[] user = userInformation(uri);
        String host = host(uri, parameters.get("host"));
        SslMode sslMode = host.startsWith("/") ? SslMode.DISABLE : sslMode(parameters.get("sslmode"));
        String rootCertificate = parameters.get("sslrootcert");
        if (rootCertificate == null && (sslMode == SslMode.VERIFY_CA || sslMode == SslMode.VERIFY_FULL)) {
            throw wrong("asks for a verified server without sslrootcert, the file of whom to trust");
        }
        return new DatabaseUri(
                host,
                uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                databaseName(uri),
                decode(user[0]),
                user.length == 2 ? decode(user[1]) : environmentPassword,
                sslMode,
                rootCertificate == null ? null : Path.of(rootCertificate));
    }

    private static URI syntax(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            // Neither the exception nor its text: both repeat the password.
            throw wrong("is not a URI (percent-encode special characters of the password)");
        }
        if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
            throw wrong("does not begin with postgresql://");
        }
        return uri;
    }

    private static String[] userInformation(URI uri) {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        if (at <= 0 || authority.startsWith(":")) {
            throw wrong("names no user");
        }
        return authority.substring(0, at).split(":", 2);
    }

    private static String host(URI uri, @Nullable String socketDirectory) {
        if (socketDirectory != null) {
            if (!socketDirectory.startsWith("/")) {
                throw wrong("has a host parameter that is not an absolute directory");
            }
            return socketDirectory;
        }
        String host = uri.getHost();
        if (host == null) {
            throw wrong("names no single host");
        }
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String databaseName(URI uri) {
        String path = uri.getRawPath();
        if (path == null || path.length() < 2 || path.indexOf('/', 1) >= 0) {
            throw wrong("names no database after the host");
        }
        return decode(path.substring(1));
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query == null || query.isEmpty()) {
            return parameters;
        }
        for (String pair : query.split("&")) {
            String[] parts = pair.split("=", 2);
            if (!PARAMETERS.contains(parts[0]) || parts.length != 2) {
                throw wrong("has the unknown parameter '" + parts[0] + "'; known are sslmode, sslrootcert and host");
            }
            parameters.put(parts[0], decode(parts[1]));
        }
        return parameters;
    }

    private static SslMode sslMode(@Nullable String value) {
        if (value == null) {
            return SslMode.PREFER;
        }
        try {
            return SslMode.of(value);
        } catch (IllegalArgumentException e) {
            throw wrong("has an unknown sslmode; use disable, prefer, require, verify-ca or verify-full");
        }
    }

    private static String decode(String text) {
        try {
            // Only in a form does a plus mean a space.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong("has a broken percent-encoding");
        }
    }

    private static DatabaseSetupException wrong(String what) {
        return new DatabaseSetupException("The database URI " + what + "; its form is " + FORM);
    }
}
