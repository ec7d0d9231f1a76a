package dev.perennial.agent.config;

import java.net.URI;

/** The base URL of a server: https, a host, perhaps a port, and nothing else. */
public final class ServerUrl {
    private ServerUrl() {}

    public static URI parse(String text) throws ConfigException {
        try {
            URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if ("https".equals(url.getScheme())
                    && url.getHost() != null
                    && url.getUserInfo() == null
                    && url.getPath().isEmpty()
                    && url.getQuery() == null
                    && url.getFragment() == null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw new ConfigException("'" + text + "' is not a URL");
        }
        throw new ConfigException("'" + text + "' must be https://HOST:PORT");
    }
}
