package dev.perennial.agent.people;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** One object: a line a property, those without a value left out. Nothing is cut, since this is what people decide by. */
final class Details {
    private record Line(String label, String value) {}

    private final List<Line> lines = new ArrayList<>();

    Details add(String label, String value) {
        if (!value.isEmpty()) {
            lines.add(new Line(label, Visible.of(value)));
        }
        return this;
    }

    /** A line for each; the label stands at the first. */
    Details addAll(String label, List<String> values) {
        String first = label;
        for (String value : values) {
            lines.add(new Line(first, Visible.of(value)));
            first = "";
        }
        return this;
    }

    void print(PrintWriter out) {
        int width = lines.stream().mapToInt(line -> line.label().length()).max().orElse(0);
        for (Line line : lines) {
            out.println(line.label() + " ".repeat(width - line.label().length()) + "  " + line.value());
        }
    }
}
