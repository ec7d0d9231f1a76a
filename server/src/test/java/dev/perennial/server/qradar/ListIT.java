package dev.perennial.server.qradar;

import static dev.perennial.server.testing.QradarCalls.idOf;
import static dev.perennial.server.testing.QradarCalls.model;
import static dev.perennial.server.testing.QradarCalls.numberOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.QradarCalls;
import dev.perennial.server.testing.QradarCalls.Answer;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The list, and what is selected of it. */
class ListIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final QradarCalls admin = QradarCalls.as(server, "administrator", "**");

    private long made(String description) {
        return admin.made(model("list.example.com").put("description", description));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private List<String> found(String filter) {
        return admin.list("filter=" + encoded(filter)).expect(200).texts("id");
    }

    @Test
    void list_isNewestFirst_alsoOfWhatWasMadeElsewhere_sinceWhenItWasMade() {
        long first = made("first");
        String id = server.administrator()
                .submit(TestCsrs.p256("elsewhere.example.com"))
                .expect(201)
                .id();
        long elsewhere = numberOf(server, id);
        long last = made("last");

        Answer list = admin.list("").expect(200);

        assertThat(list.header("Content-Type")).isEqualTo("application/json");
        List<String> ids = list.texts("id");
        assertThat(ids.subList(0, 3)).containsExactly("" + last, "" + elsewhere, "" + first);
        assertThat(list.texts("description").subList(0, 3)).containsExactly("last", "", "first");
        JsonNode newest = list.json().get(0);
        String created = server.administrator()
                .get(ApiClient.REQUESTS + "/" + idOf(server, last))
                .expect(200)
                .text("/metadata/created");
        assertThat(newest.get("create_time").longValue())
                .isEqualTo(Instant.parse(created).toEpochMilli());
        admin.download(elsewhere).expect(200);
    }

    @Test
    void fields_areThoseThatAreWanted() {
        long number = made("of fields");
        assertThat(admin.list("fields=id,description&filter=id%3D" + number).body())
                .isEqualTo("[{\"id\":" + number + ",\"description\":\"of fields\"}]");
        assertThat(admin.list("fields=create_time%20&filter=id%3D" + number)
                        .json()
                        .get(0))
                .hasSize(1);
        for (String wrong : List.of("name", "id,,description", "", "id,subject(cn)", "ID", "id;", "x".repeat(300))) {
            admin.list("fields=" + encoded(wrong)).expectCode(422, 1101);
        }
        admin.list("fields=id&fields=id").expectCode(422, 1101);
    }

    @Test
    void filter_compares_joins_andBindsAndCloser() {
        String a = "" + made("filter a");
        String b = "" + made("filter b");
        String c = "" + made("it's 100% c");
        String range = "id >= " + a + " and id <= " + c + " and ";

        assertThat(found("id = " + b)).containsExactly(b);
        assertThat(found(range + "id != " + b)).containsExactly(c, a);
        assertThat(found(range + "id < " + b)).containsExactly(a);
        assertThat(found(range + "id > " + b)).containsExactly(c);
        assertThat(found("id<=" + c + " and id>=" + b)).containsExactly(c, b);
        assertThat(found("description = \"filter a\"")).containsExactly(a);
        assertThat(found("description='it''s 100% c'")).containsExactly(c);
        assertThat(found(range + "description > 'filter a'")).containsExactly(c, b);
        assertThat(found(range + "description in ('filter a', \"filter b\", x)"))
                .containsExactly(b, a);
        assertThat(found("id = " + a + " OR id = " + b + " AND id = 0")).containsExactly(a);
        assertThat(found("(id = " + a + " or id = " + b + ") and id != " + a)).containsExactly(b);
        assertThat(found(range + "create_time > 0 and create_time < 99999999999999"))
                .containsExactly(c, b, a);
        assertThat(found("id = -1")).isEmpty();
        assertThat(found(" ")).isNotEmpty();
    }

    @Test
    void filter_mayBeEncodedTwice_orItsValues() {
        String number = "" + made("twice \"ü\" & more");
        String filter = "description = 'twice \"ü\" & more' and id=" + number;
        assertThat(found(filter)).containsExactly(number);
        assertThat(found(encoded(filter))).containsExactly(number);
        assertThat(found("description = '" + encoded("twice \"ü\" & more") + "'"))
                .containsExactly(number);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "id =",
                "id = x",
                "id = 99999999999999999999",
                "= 1",
                "name = 1",
                "\"id\" = 1",
                "id == 1",
                "id => 1",
                "id = 1 and",
                "and id = 1",
                "id = 1 id = 2",
                "id = 1 xor id = 2",
                "(id = 1",
                "id = 1)",
                "()",
                "id in ()",
                "id in (1",
                "id in 1",
                "description = 'open",
                "description like '%a%'",
                "not id = 1",
                "id between 1 and 2",
                "id = 1; DROP TABLE server_keys",
                "id = (1)",
                "!",
                "id \u0000= 1"
            })
    void filter_thatIsNone_is1101(String filter) {
        admin.list("filter=" + encoded(filter)).expectCode(422, 1101);
    }

    @Test
    void filter_isBounded_inLengthAndDepth() {
        String deep = "(".repeat(32) + "id = 0" + ")".repeat(32);
        assertThat(found(deep)).isEmpty();
        admin.list("filter=" + encoded("(" + deep + ")")).expectCode(422, 1101);
        String longest = "description = '" + "x".repeat(4_096 - 16) + "'";
        assertThat(found(longest)).isEmpty();
        admin.list("filter=" + encoded(longest + " ")).expectCode(422, 1101);
        String quotes = "description = '" + "''".repeat(2_030) + "'";
        assertThat(found(quotes)).isEmpty();
        admin.list("filter=id%3D1&filter=id%3D1").expectCode(422, 1101);
    }

    @Test
    void range_cutsItemsOut_andSaysOfHowMany() {
        String a = "" + made("range a");
        String b = "" + made("range b");
        String c = "" + made("range c");
        String query = "filter=" + encoded("id in (" + a + "," + b + "," + c + ")");

        Answer first = admin.list(query, "Range", "items=0-1").expect(200);
        assertThat(first.texts("id")).containsExactly(c, b);
        assertThat(first.header("Content-Range")).isEqualTo("items 0-1/3");
        Answer rest = admin.list(query, "Range", "items=2-49").expect(200);
        assertThat(rest.texts("id")).containsExactly(a);
        assertThat(rest.header("Content-Range")).isEqualTo("items 2-2/3");
        Answer beyond = admin.list(query, "Range", "items=3-4").expect(200);
        assertThat(beyond.body()).isEqualTo("[]");
        assertThat(beyond.header("Content-Range")).isEqualTo("items */3");
        assertThat(admin.list(query).expect(200).header("Content-Range")).isNull();
        for (String wrong : List.of("items=1-0", "items=0-", "bytes=0-1", "items=-1-2", "items=a-b", "0-1")) {
            Answer refused = admin.list(query, "Range", wrong).expectCode(422, 1101);
            assertThat(refused.json().path("message").asText()).contains("items=x-y");
        }
    }

    @Test
    void anotherOrganisation_seesItsOwnAlone() {
        long ours = made("ours");
        String organisation = server.organisation("**");
        QradarCalls theirs = QradarCalls.of(server)
                .with(QradarCalls.token(
                        server,
                        server.accountOf(organisation, List.of("administrator"), "**")
                                .id()));

        assertThat(theirs.list("").expect(200).body()).isEqualTo("[]");
        theirs.download(ours).expectCode(404, 1002);
        theirs.delete(ours).expectCode(404, 1002);
        long number = theirs.made(model("theirs.example.com"));
        assertThat(theirs.list("").expect(200).texts("id")).containsExactly("" + number);
        admin.download(number).expectCode(404, 1002);
        assertThat(found("id = " + number)).isEmpty();
    }

    @Test
    void list_isBounded_andAFilterLooksFurther() {
        String organisation = server.organisation("**");
        QradarCalls theirs = QradarCalls.of(server)
                .with(QradarCalls.token(
                        server,
                        server.accountOf(organisation, List.of("administrator"), "**")
                                .id()));
        try {
            Await.value(server.database().query("""
                    INSERT INTO signing_requests
                        (id, org_id, owner, requester, signer, auto_renew, generation, created, updated, position)
                    SELECT 'many' || n, $1, 'nobody', 'nobody', 'perennial.dev/manual', false, 1, now(), now(), 0
                    FROM generate_series(1, 12000) AS n
                    """, Tuple.of(organisation)));
            List<String> newest = theirs.list("fields=id").expect(200).texts("id");
            assertThat(newest).hasSize(5_000).doesNotHaveDuplicates();
            long last = Long.parseLong(newest.get(0));
            String filter = "filter=" + encoded("id > " + (last - 12_000) + " and id <= " + (last - 11_998));
            assertThat(theirs.list(filter).expect(200).texts("id"))
                    .containsExactly("" + (last - 11_998), "" + (last - 11_999));
            Answer cut = theirs.list("", "Range", "items=4999-5001").expect(200);
            assertThat(cut.texts("id")).containsExactly(newest.get(4_999));
            assertThat(cut.header("Content-Range")).isEqualTo("items 4999-4999/5000");
        } finally {
            Await.value(
                    server.database().query("DELETE FROM signing_requests WHERE org_id = $1", Tuple.of(organisation)));
        }
    }
}
