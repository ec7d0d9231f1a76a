package dev.perennial.agent.people;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path with its query. */
final class Query {
    private final StringBuilder text;
    private char separator = '?';

    Query(String path) {
        this.text = new StringBuilder(path);
    }

    private Query(Query other) {
        this.text = new StringBuilder(other.text);
        this.separator = other.separator;
    }

    Query copy() {
        return new Query(this);
    }

    Query add(String name, @Nullable String value) {
        if (value != null) {
            text.append(separator).append(name).append('=').append(encode(value));
            separator = '&';
        }
        return this;
    }

    Query addAll(String name, @Nullable Collection<String> values) {
        (values == null ? List.<String>of() : values).forEach(value -> add(name, value));
        return this;
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
