package dev.perennial.agent.people;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligned columns under a header, with no borders; every cell is made visible here. */
final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;

    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        this.header = List.of(header);
    }

    void row(String... cells) {
        List<String> shown = new ArrayList<>();
        for (String cell : cells) {
            shown.add(cell.isEmpty() ? "-" : Visible.of(cell));
        }
        rows.add(shown);
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** @param width the columns of the terminal; the widest cells are cut until a line fits */
    void print(PrintWriter out, int width) {
        int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = length(header.get(column));
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], length(row.get(column)));
            }
        }
        fit(widths, width);
        line(out, header, widths);
        rows.forEach(row -> line(out, row, widths));
    }

    private static void fit(int[] widths, int width) {
        int available = width - GAP.length() * (widths.length - 1);
        int needed = Arrays.stream(widths).sum();
        while (needed > available) {
            int widest = 0;
            for (int column = 1; column < widths.length; column++) {
                widest = widths[column] > widths[widest] ? column : widest;
            }
            if (widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
            needed--;
        }
    }

    private static void line(PrintWriter out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = cut(cells.get(column), widths[column]);
            line.append(column == 0 ? "" : GAP).append(cell);
            if (column < widths.length - 1) {
                line.append(" ".repeat(widths[column] - length(cell)));
            }
        }
        out.println(line);
    }

    private static String cut(String cell, int width) {
        return length(cell) <= width ? cell : cell.substring(0, cell.offsetByCodePoints(0, width - 1)) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
