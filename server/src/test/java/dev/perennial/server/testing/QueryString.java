package dev.perennial.server.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The query of a call, as a server reads it. */
final class QueryString {
    private QueryString() {}

    /** The values of each parameter after the question mark, in the order they came. */
    static Map<String, List<String>> parse(String path) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        int mark = path.indexOf('?');
        if (mark < 0) {
            return parameters;
        }
        for (String pair : path.substring(mark + 1).split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters
                    .computeIfAbsent(decoded(parts[0]), name -> new ArrayList<>())
                    .add(parts.length == 2 ? decoded(parts[1]) : "");
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
