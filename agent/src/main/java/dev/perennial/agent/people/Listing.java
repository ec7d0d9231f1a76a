package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of a list is wanted; gets it page by page. */
final class Listing {
    /** As many as the server gives at once. */
    private static final int PAGE = 500;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many at most; ${DEFAULT-VALUE} where absent.")
    private int limit;

    @Option(names = "--all", description = "All of them.")
    private boolean all;

    @Option(names = "--organisation", paramLabel = "ID", description = "Only what belongs to this organisation.")
    private @Nullable String organisation;

    /** The list's elements in one document as the server's answers are, and whether there is more. */
    JsonTree fetch(Session session, Query query, String name)
            throws ConfigException, IOException, EndedException, ServerException, RefusedException {
        if (limit < 1) {
            throw new ConfigException("--limit must be at least 1");
        }
        query.add("org_id", organisation);
        int wanted = all ? Integer.MAX_VALUE : limit;
        List<Object> elements = new ArrayList<>();
        String token = null;
        while (true) {
            int page = Math.min(wanted - elements.size(), PAGE);
            JsonTree answer =
                    session.get(query.copy().add("limit", String.valueOf(page)).add("page_token", token));
            List<JsonTree> found = answer.at("/" + name).elements();
            found.forEach(element -> elements.add(element.fields()));
            token = answer.text("/next_page_token").isEmpty() ? null : answer.text("/next_page_token");
            if (token == null || found.isEmpty() || elements.size() >= wanted) {
                hint(session, token != null || found.size() == page, elements.size());
                Map<String, Object> whole = answer.fields();
                whole.put(name, elements);
                return JsonTree.of(whole);
            }
        }
    }

    private void hint(Session session, boolean more, int count) {
        if (more && !session.json()) {
            session.note(
                    all
                            ? "(the server gives no more than these " + count + ")"
                            : "(the first " + count + "; there may be more: --limit N or --all)");
        }
    }
}
