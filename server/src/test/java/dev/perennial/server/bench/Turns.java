package dev.perennial.server.bench;

import dev.perennial.server.bench.BenchServer.Cpu;
import dev.perennial.server.bench.Report.Samples;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/** The same load on two servers side by side and in turns: the neighbours on a machine change from minute to minute. */
final class Turns {
    /** So many requests at most a second and server. */
    private static final int FASTEST = 4_500;

    /** What the other server has left to do, such as sealing its audit record, is not to be paid for by this one. */
    private static final int SETTLE_MILLIS = 3_000;

    private final Report report;
    private final int warm;
    private final int[] phases;
    private final int rounds;

    Turns(Report report, boolean quick) {
        this.report = report;
        this.warm = quick ? 8 : 40;
        this.phases = new int[] {2, quick ? 5 : 10};
        this.rounds = quick ? 2 : 4;
    }

    /** How many PKCS#10 {@link #issue} takes; the two servers are given the same ones. */
    int most() {
        return FASTEST * (warm + rounds * (phases[0] + phases[1]));
    }

    /** POST → 201, each certificate's key and names being of this one alone. */
    void issue(Side subject, Side reference, List<String> pems, double goal)
            throws IOException, InterruptedException, GeneralSecurityException {
        turns(
                "POST -> 201",
                goal,
                new Turn(subject, posts(subject.server(), pems.iterator())),
                new Turn(reference, posts(reference.server(), pems.iterator())));
    }

    private static Loads posts(BenchServer server, Iterator<String> pems) throws IOException, GeneralSecurityException {
        Api api = new Api(server);
        return () -> new Load(
                api.tls(),
                server.port(),
                Rows.CONNECTIONS,
                201,
                () -> pems.hasNext() ? api.rawPost(Api.REQUESTS, Api.submission(pems.next())) : null);
    }

    /** Conditional GETs → 304 of some hundred requests. */
    void poll(Rows subject, Rows reference, Side subjectSide, Side referenceSide, double goal)
            throws IOException, InterruptedException {
        List<byte[]> first = subject.polls();
        List<byte[]> second = reference.polls();
        turns(
                "GET If-None-Match -> 304",
                goal,
                new Turn(subjectSide, () -> subject.polling(first)),
                new Turn(referenceSide, () -> reference.polling(second)));
    }

    private void turns(String what, double goal, Turn subject, Turn reference) throws InterruptedException {
        for (Turn turn : List.of(subject, reference)) {
            turn.loads().next().run(() -> {}, warm);
        }
        List<Double> ratios = new ArrayList<>();
        double subjects = 0;
        double references = 0;
        for (int round = 0; round < rounds; round++) {
            // Who goes first changes, so that a machine that slows down favours neither.
            boolean ahead = round % 2 == 0;
            Samples one = measure(what, ahead ? subject : reference);
            Samples other = measure(what, ahead ? reference : subject);
            subjects += (ahead ? one : other).perSecond();
            references += (ahead ? other : one).perSecond();
            ratios.add(ahead ? one.perSecond() / other.perSecond() : other.perSecond() / one.perSecond());
        }
        // Of the sums: a mean of ratios is the higher the more they differ.
        double ratio = subjects / references;
        report.line(String.format(
                Locale.ROOT,
                "%s, %s / %s: %.3f, of %s  goal %.2f%s",
                what,
                subject.side().name(),
                reference.side().name(),
                ratio,
                ratios.stream()
                        .map(one -> String.format(Locale.ROOT, "%.2f", one))
                        .toList(),
                goal,
                ratio >= goal ? "" : "  MISSED"));
    }

    private Samples measure(String what, Turn turn) throws InterruptedException {
        Thread.sleep(SETTLE_MILLIS);
        List<Cpu> used = new ArrayList<>();
        Samples samples = turn.loads()
                .next()
                .run(() -> used.add(turn.side().server().cpu()), phases)
                .get(1);
        report.rate(what + ", " + turn.side().name(), samples, 0);
        report.line(used.get(2).since(used.get(1)).each(samples.sorted().length));
        return samples;
    }

    /** A server by the name that it has in the report. */
    record Side(String name, BenchServer server) {}

    private record Turn(Side side, Loads loads) {}

    private interface Loads {
        Load next();
    }
}
