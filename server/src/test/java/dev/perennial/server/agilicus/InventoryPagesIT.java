package dev.perennial.server.agilicus;

import static dev.perennial.server.agilicus.Searches.encoded;
import static dev.perennial.server.agilicus.Searches.found;
import static dev.perennial.server.agilicus.Searches.items;
import static dev.perennial.server.agilicus.Searches.make;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.agilicus.Searches.Made;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of a search, who sees what in them, and what is refused. */
class InventoryPagesIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name_contains=ab",
                "name_contains=",
                "name_contains=a\u0000bcd",
                "name=",
                "name=a\u0000",
                "serial_number=",
                "serial_number=xyz",
                "serial_number=0",
                "serial_number=-1",
                "serial_number=112233445566778899aabbccddeeff001122334455",
                "sha256=abc",
                "spki_sha256=zz00000000000000000000000000000000000000000000000000000000000000",
                "issuer=",
                "state=withdrawn",
                "state=valid,expired",
                "expires_after=yesterday",
                "expires_before=2026-13-01T00:00:00Z",
                "order=random",
                "limit=0",
                "limit=501",
                "count=1",
                "page_token=",
                "page_token=x",
                "page_token=AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "page_token=AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "page_token=%'\"\\",
            })
    void badValues_areRefused_namingTheParameter(String search) {
        for (String path : List.of(ApiClient.CERTIFICATES, ApiClient.REQUESTS)) {
            Exchange refused = server.administrator()
                    .get(path + "?" + encoded(search))
                    .expectProblem(400, "malformed")
                    .expectHelp();
            assertThat(refused.detail()).contains(search.substring(0, search.indexOf('=')));
        }
    }

    @Test
    void longValues_areRefused() {
        for (String parameter : List.of("name", "name_contains", "serial_number", "sha256", "issuer", "page_token")) {
            for (int length : new int[] {3_000, 10_000}) {
                Exchange answer =
                        server.administrator().get(ApiClient.CERTIFICATES + "?" + parameter + "=" + "a".repeat(length));
                assertThat(answer.status()).as(parameter + " of " + length).isIn(400, 414, 431);
            }
        }
        server.administrator()
                .get(ApiClient.CERTIFICATES + "?name=%F0%28%8C%28&name_contains=%FF%FE%FD")
                .expect(200);
    }

    @Test
    void anAgent_findsAndCountsItsOwnOnly() {
        EnrolledAgent owner = server.agent("**");
        EnrolledAgent other = server.agent("**");
        Made made = make(owner.api(), "host.agents.test");
        Made others = make(other.api(), "other.agents.test");

        for (String path : List.of(ApiClient.CERTIFICATES, ApiClient.REQUESTS)) {
            for (String search : List.of("name_contains=.agents.test", "limit=500", "connector_id=" + owner.id())) {
                Exchange page = owner.api().get(path + "?count=true&" + search).expect(200);
                assertThat(items(page)).as(page.call()).hasSize(1);
                assertThat(page.at("/total").asInt()).isEqualTo(1);
            }
            assertThat(found(owner.api(), path, "name=other.agents.test")).isEmpty();
            assertThat(found(owner.api(), path, "connector_id=" + other.id())).isEmpty();
            owner.api().get(path + "?org_id=elsewhere").expectProblem(404, "notFound");
            assertThat(found(server.administrator(), path, "connector_id=" + other.id()))
                    .containsExactly(path.equals(ApiClient.REQUESTS) ? others.request() : others.certificate());
            assertThat(found(server.administrator(), path, "connector_id=" + owner.id() + "&name_contains=agents"))
                    .containsExactly(path.equals(ApiClient.REQUESTS) ? made.request() : made.certificate());
            assertThat(found(server.administrator(), path, "name_contains=.agents.test&org_id=elsewhere"))
                    .isEmpty();
        }
    }

    @Test
    void pages_overHttp_holdTogether_andTheirTokensAreBound() {
        List<Made> all = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            all.add(make(server.administrator(), "p" + i + ".pages.test"));
        }
        for (String path : List.of(ApiClient.CERTIFICATES, ApiClient.REQUESTS)) {
            boolean requests = path.equals(ApiClient.REQUESTS);
            String search = path + "?name_contains=.pages.test&order=oldest";
            Exchange first =
                    server.administrator().get(search + "&limit=3&count=true").expect(200);
            String token = "&page_token=" + first.text("/next_page_token");

            assertThat(items(first)).hasSize(3);
            assertThat(first.at("/total").asInt()).isEqualTo(7);
            assertThat(first.at("/total_is_at_least").isMissingNode()).isTrue();
            assertThat(found(server.administrator(), path, "name_contains=.pages.test&order=oldest&limit=2"))
                    .containsExactlyElementsOf(all.stream()
                            .map(requests ? Made::request : Made::certificate)
                            .toList());
            assertThat(items(server.administrator()
                            .get(search + "&limit=500" + token)
                            .expect(200)))
                    .hasSize(4);
            for (String other : List.of(
                    path + "?name_contains=.pages.test",
                    path + "?name_contains=.pages.test&order=newest",
                    path + "?name_contains=p.pages.test&order=oldest",
                    search + "&state=" + (requests ? "issued" : "valid"),
                    (requests ? ApiClient.CERTIFICATES : ApiClient.REQUESTS)
                            + "?name_contains=.pages.test&order=oldest")) {
                Exchange refused = server.administrator().get(other + token).expectProblem(400, "malformed");
                assertThat(refused.detail()).contains("page_token");
            }
            EnrolledAgent agent = server.agent("**");
            assertThat(items(agent.api().get(search + token).expect(200))).isEmpty();
        }
    }
}
