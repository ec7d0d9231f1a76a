package dev.perennial.agent.people;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Aligned columns under a header, with no borders; every cell is made visible here. */
final class Table {
    private static final String GAP = "  ";
    private static final int NARROWEST = 8;
    /** What is long, and told in full by {@code show}. */
    private static final Set<String> CUT_FIRST = Set.of("NAMES", "SIGNER");

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

    /** @param width the columns of the terminal; cells are cut until a line fits, the first of each line never */
    void print(PrintWriter out, int width) {
        int[] widths = new int[header.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Columns.of(header.get(column));
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], Columns.of(row.get(column)));
            }
        }
        int available = width - GAP.length() * (widths.length - 1);
        fit(widths, available, column -> CUT_FIRST.contains(header.get(column)));
        fit(widths, available, column -> column > 0);
        line(out, header, widths);
        rows.forEach(row -> line(out, row, widths));
    }

    /** Narrows the widest of those columns step by step. */
    private static void fit(int[] widths, int available, IntPredicate cut) {
        int needed = Arrays.stream(widths).sum();
        while (needed > available) {
            int widest = 0;
            for (int column = 1; column < widths.length; column++) {
                boolean wider = widest == 0 || widths[column] > widths[widest];
                widest = cut.test(column) && wider ? column : widest;
            }
            if (widest == 0 || widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
            needed--;
        }
    }

    private static void line(PrintWriter out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = Columns.cut(cells.get(column), widths[column]);
            line.append(column == 0 ? "" : GAP).append(cell);
            if (column < widths.length - 1) {
                line.append(" ".repeat(widths[column] - Columns.of(cell)));
            }
        }
        out.println(line);
    }
}
