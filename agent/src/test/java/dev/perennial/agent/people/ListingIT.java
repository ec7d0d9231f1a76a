package dev.perennial.agent.people;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.json.Json;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.testing.ScriptedServer;
import dev.perennial.agent.testing.ScriptedServer.Answer;
import dev.perennial.agent.testing.Shell;
import dev.perennial.agent.testing.TestCa;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Lists of several pages, to their ends. */
final class ListingIT {
    @TempDir
    private Path home;

    private Shell shell;

    /** Pages by their tokens; the first one has none. */
    private static final class Pages {
        private final Map<String, String> pages = new HashMap<>();

        Pages page(String token, String next, String... ids) {
            String elements = Arrays.stream(ids)
                    .map(id -> "{\"metadata\":{\"id\":\"" + id + "\"}}")
                    .collect(Collectors.joining(","));
            pages.put(
                    token,
                    "{\"things\":[" + elements + "],\"limit\":2"
                            + (next.isEmpty() ? "" : ",\"next_page_token\":\"" + next + "\"") + "}");
            return this;
        }

        Answer answer(ScriptedServer.Call call) {
            String line = call.line();
            int token = line.indexOf("page_token=");
            return Answer.of(pages.get(token < 0 ? "" : line.substring(token + "page_token=".length())));
        }
    }

    private List<String> show(Pages pages, boolean paged, int exit, String... options) throws Exception {
        try (ScriptedServer server = new ScriptedServer(pages::answer)) {
            Path ca = Files.writeString(home.resolve("ca.pem"), TestCa.pem(server.ca.root));
            shell = new Shell(home)
                    .with("PERENNIAL_SERVER", server.url())
                    .with("PERENNIAL_CA", ca.toString())
                    .with("PERENNIAL_TOKEN", "token");
            ServerOptions serverOptions = new ServerOptions();
            serverOptions.json = List.of(options).contains("--json");
            Session session = new Session(shell.surroundings(), serverOptions);
            Listing listing = new Listing(2);
            new CommandLine(listing)
                    .parseArgs(Arrays.stream(options)
                            .filter(option -> !option.equals("--json"))
                            .toArray(String[]::new));
            Table table = new Table("ID");
            Listing.Source source = new Listing.Source(new Query("/v1/things"), "things", "things", paged);
            assertThat(listing.show(session, source, table, thing -> table.row(thing.text("/metadata/id"))))
                    .isEqualTo(exit);
            return shell.out.toString().lines().toList();
        }
    }

    @Test
    void aListOfSeveralPages_isGotToItsEnd_overAnEmptyOneToo() throws Exception {
        Pages pages = new Pages()
                .page("", "a", "1", "2")
                .page("a", "b")
                .page("b", "c", "3", "4")
                .page("c", "", "5");
        assertThat(show(pages, true, 0, "--all")).containsExactly("ID", "1", "2", "3", "4", "5");
        assertThat(shell.err.toString()).isEmpty();
        assertThat(show(pages, true, 0, "--limit", "3")).hasSizeGreaterThanOrEqualTo(4);
        assertThat(shell.err.toString()).contains("there may be more: --limit N or --all");
    }

    @Test
    void json_isOneDocumentOfAllPages() throws Exception {
        Pages pages = new Pages().page("", "a", "1", "2").page("a", "b").page("b", "", "3");
        JsonTree document = Json.tree(
                String.join("", show(pages, true, 0, "--all", "--json")).getBytes(StandardCharsets.UTF_8));
        assertThat(document.at("/things").elements())
                .extracting(thing -> thing.text("/metadata/id"))
                .containsExactly("1", "2", "3");
        assertThat(document.text("/limit")).isEqualTo("2");
        assertThat(document.at("/next_page_token").isThere()).isFalse();
        Pages none = new Pages().page("", "");
        assertThat(show(none, true, 0, "--json")).containsExactly("{\"things\":[],\"limit\":2}");
    }

    @Test
    void theSamePageAgain_isNoEnd_andIsSaid() throws Exception {
        Pages pages = new Pages().page("", "a", "1", "2").page("a", "b", "3").page("b", "a");
        show(pages, true, 1, "--all");
        assertThat(shell.err.toString()).contains("no more than these", "there may be more");
    }

    @Test
    void aFullPageWithoutToken_isTheEndOfAListThatHasTokens_andMayNotBeOfOneThatHasNone() throws Exception {
        Pages pages = new Pages().page("", "", "1", "2");
        show(pages, true, 0, "--all");
        assertThat(shell.err.toString()).isEmpty();
        show(pages, false, 1, "--all", "--json");
        assertThat(shell.err.toString()).contains("no more than these 2", "there may be more");
        show(pages, false, 1, "--limit", "3");
        show(pages, false, 0, "--limit", "2");
        assertThat(shell.err.toString()).contains("the first 2");
        show(new Pages().page("", "", "1"), false, 0, "--all");
    }
}
