package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** How much of a list is wanted; gets it page by page and shows it. */
final class Listing {
    /** As many as the server gives at once. */
    private static final int PAGE = 500;

    private final int largestPage;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many at most; ${DEFAULT-VALUE} where absent.")
    private int limit;

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    Listing() {
        this(PAGE);
    }

    /** @param largestPage as many as are asked for at once */
    Listing(int largestPage) {
        this.largestPage = largestPage;
    }

    /**
     * A list of the server's.
     *
     * @param name of its elements in the answer
     * @param called what they are to people
     * @param paged whether the answers say how to go on; else one page is all that the server gives
     */
    record Source(Query query, String name, String called, boolean paged) {
        static Source paged(Query query, String name, String called) {
            return new Source(query, name, called, true);
        }

        static Source whole(Query query, String name, String called) {
            return new Source(query, name, called, false);
        }
    }

    /** How a list ended. */
    private enum End {
        COMPLETE,
        LIMITED,
        /** Wanted, and not to be had. */
        PARTIAL
    }

    /** Shows a list as a table, or as one document as the server's answers are. */
    int show(Session session, Source source, Table table, Consumer<JsonTree> row)
            throws ConfigException, EndedException, ServerException, RefusedException {
        if (limit < 1) {
            throw new ConfigException("--limit must be at least 1");
        }
        Dialogue dialogue = session.dialogue();
        if (dialogue.json()) {
            JsonList json = new JsonList(dialogue.out(), source.name());
            return said(dialogue, walk(session, source, json::add), json.end());
        }
        int[] count = {0};
        End end = walk(session, source, answer -> {
            List<JsonTree> found = answer.at("/" + source.name()).elements();
            count[0] += found.size();
            found.forEach(row);
        });
        if (count[0] == 0) {
            dialogue.note("no " + source.called());
        } else {
            table.print(dialogue.out(), dialogue.width());
        }
        return said(dialogue, end, count[0]);
    }

    private End walk(Session session, Source source, Consumer<JsonTree> page)
            throws ConfigException, EndedException, ServerException, RefusedException {
        int left = all ? Integer.MAX_VALUE : limit;
        Set<String> tokens = new HashSet<>();
        String token = "";
        while (true) {
            int size = Math.min(left, largestPage);
            JsonTree answer = session.get(source.query()
                    .copy()
                    .add("limit", String.valueOf(size))
                    .add("page_token", token.isEmpty() ? null : token));
            page.accept(answer);
            int found = answer.at("/" + source.name()).elements().size();
            left -= found;
            token = answer.text("/next_page_token");
            if (token.isEmpty()) {
                boolean mayBeMore = !source.paged() && found >= size;
                return !mayBeMore ? End.COMPLETE : left > 0 ? End.PARTIAL : End.LIMITED;
            }
            if (left <= 0) {
                return End.LIMITED;
            }
            if (!tokens.add(token)) {
                return End.PARTIAL;
            }
        }
    }

    private static int said(Dialogue dialogue, End end, int count) {
        switch (end) {
            case COMPLETE -> {}
            case LIMITED -> {
                if (!dialogue.json()) {
                    dialogue.note("(the first " + count + "; there may be more: --limit N or --all)");
                }
            }
            case PARTIAL -> {
                dialogue.note("perennial: the server gives no more than these " + count + ", and there may be more");
                return Reply.FAILED;
            }
        }
        return Reply.WELL;
    }
}
