package dev.perennial.server.bench;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/** Prints the figures: one line each, with the goal and whether it was reached. */
final class Report {
    private final PrintStream out;
    private final double rawMicros;

    /** @param rawMicros of one P-256 verification and one signature: what every rate is put in relation to */
    Report(PrintStream out, double rawMicros) {
        this.out = out;
        this.rawMicros = rawMicros;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** @param goal the least rate a second; 0 for none */
    void rate(String name, Samples samples, double goal) {
        double rate = samples.perSecond();
        line(String.format(
                Locale.ROOT,
                "%-34s %7.0f/s  p50 %6.2f ms  p99 %6.2f ms  = %.1f x (verify + sign)%s",
                name,
                rate,
                samples.millis(0.50),
                samples.millis(0.99),
                1e6 / rate / rawMicros,
                verdict(goal, rate >= goal, "%.0f/s")));
    }

    /** @param goal the most it may be; 0 for none */
    void most(String name, double value, String format, double goal) {
        line(String.format(Locale.ROOT, "%-34s ", name)
                + String.format(Locale.ROOT, format, value)
                + verdict(goal, value <= goal, format));
    }

    private static String verdict(double goal, boolean reached, String format) {
        return goal == 0
                ? ""
                : "  goal " + String.format(Locale.ROOT, format, goal).strip() + (reached ? "" : "  MISSED");
    }

    /** What a run of calls took: how many in how long, and how long each. */
    record Samples(long nanos, long[] sorted) {
        static Samples of(long nanos, long[] each) {
            long[] sorted = each.clone();
            Arrays.sort(sorted);
            return new Samples(nanos, sorted);
        }

        double perSecond() {
            return sorted.length * 1e9 / nanos;
        }

        double millis(double quantile) {
            return sorted.length == 0
                    ? Double.NaN
                    : sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * quantile))] / 1e6;
        }
    }
}
