package dev.perennial.agent.people;

import dev.perennial.agent.json.JsonTree;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pages of a list as one document, written as they come, so that a long list needs no memory. */
final class JsonList {
    private final PrintWriter out;
    private final String name;
    private Map<String, Object> rest = new LinkedHashMap<>();
    private int count;
    private boolean begun;

    JsonList(PrintWriter out, String name) {
        this.out = out;
        this.name = name;
    }

    /** A page's elements; what else the last page says stands behind them all. */
    void add(JsonTree answer) {
        if (!begun) {
            out.print("{\"" + name + "\":[");
            begun = true;
        }
        for (JsonTree element : answer.at("/" + name).elements()) {
            out.print((count == 0 ? "" : ",") + element.json());
            count++;
        }
        rest = answer.fields();
        rest.remove(name);
    }

    /** Ends the document. */
    int end() {
        out.println("]" + (rest.isEmpty() ? "}" : "," + JsonTree.of(rest).json().substring(1)));
        return count;
    }
}
