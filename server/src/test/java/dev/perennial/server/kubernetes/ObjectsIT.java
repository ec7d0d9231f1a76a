package dev.perennial.server.kubernetes;

import static dev.perennial.server.testing.KubernetesObjects.MERGE;
import static dev.perennial.server.testing.KubernetesObjects.PATH;
import static dev.perennial.server.testing.KubernetesObjects.base64;
import static dev.perennial.server.testing.KubernetesObjects.object;
import static dev.perennial.server.testing.KubernetesObjects.one;
import static dev.perennial.server.testing.KubernetesObjects.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import io.vertx.sqlclient.Tuple;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The rules that are easy to get wrong (contracts/kubernetes.md §3 to §9), over HTTPS. */
class ObjectsIT {
    private static final String SIGNER = "perennial.dev/server";
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    @RegisterExtension
    static final TestServer server = TestServer.standard().approval(Approval.PERSON, false);

    private final ApiClient administrator =
            server.account(List.of("administrator"), "**").api();

    private static String name() {
        return "object-" + NUMBERS.incrementAndGet();
    }

    private Exchange made(String name) {
        return made(object(name, SIGNER, TestCsrs.p256(name + ".test")));
    }

    private Exchange made(ObjectNode object) {
        return administrator.post(PATH, object).expect(201);
    }

    private static List<String> conditions(Exchange object) {
        List<String> types = new ArrayList<>();
        object.at("/status/conditions")
                .forEach(one -> types.add(one.path("type").asText()));
        return types;
    }

    private static List<String> causes(Exchange refused) {
        List<String> causes = new ArrayList<>();
        refused.at("/details/causes")
                .forEach(one -> causes.add(
                        one.path("reason").asText() + " " + one.path("field").asText()));
        return causes;
    }

    @Test
    void specAndStatus_onPut_areSilentlyKept() {
        String name = name();
        Exchange made = made(name);
        ObjectNode wanted = with(made.copy(), "Approved");
        wanted.withObject("/spec").put("signerName", "other.example.org/x").put("username", "somebody");
        wanted.withObject("/metadata").putObject("labels").put("tier", "one");

        Exchange put = administrator.put(one(name), wanted).expect(200);

        assertThat(put.at("/spec")).isEqualTo(made.at("/spec"));
        assertThat(conditions(put)).isEmpty();
        assertThat(put.text("/metadata/labels/tier")).isEqualTo("one");
        assertThat(administrator.get(one(name)).expect(200).body()).isEqualTo(put.body());
        assertThat(put.text("/metadata/resourceVersion")).isNotEqualTo(made.text("/metadata/resourceVersion"));
        Exchange again = administrator.put(one(name), put.copy()).expect(200);
        assertThat(again.text("/metadata/resourceVersion")).isEqualTo(put.text("/metadata/resourceVersion"));
    }

    @Test
    void yesAndNo_excludeEachOther_stay_andAreOneEach() {
        String name = name();
        Exchange made = made(name);
        String approval = one(name) + "/approval";
        Exchange both = administrator
                .put(approval, with(with(made.copy(), "Approved"), "Denied"))
                .expect(422);
        assertThat(both.reason()).isEqualTo("Invalid");
        Exchange twice = administrator
                .put(approval, with(with(made.copy(), "Odd"), "Odd"))
                .expect(422);
        assertThat(causes(twice)).contains("FieldValueDuplicate status.conditions[1].type");
        Exchange elsewhere = administrator
                .put(one(name) + "/status", with(made.copy(), "Approved"))
                .expect(422);
        assertThat(causes(elsewhere)).contains("FieldValueForbidden status.conditions");

        Exchange yes =
                administrator.put(approval, with(made.copy(), "Approved")).expect(200);
        assertThat(conditions(yes)).containsExactly("Approved");
        assertThat(yes.text("/status/conditions/0/message")).isEqualTo("said by a test");
        assertThat(yes.text("/status/certificate")).isNotEmpty();

        administrator.put(approval, with(yes.copy(), "Denied")).expect(422);
        ObjectNode without = yes.copy();
        without.withObject("/status").remove("conditions");
        assertThat(causes(administrator.put(approval, without).expect(422)))
                .contains("FieldValueForbidden status.conditions");
        ObjectNode other = yes.copy();
        other.withObject("/status")
                .put("certificate", base64("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"));
        assertThat(administrator.put(one(name) + "/status", other).expect(422).reason())
                .isEqualTo("Invalid");
    }

    @Test
    void version_thatIsOld_isAConflict_andNoneIsAnyVersion() {
        String name = name();
        ObjectNode old = made(name).copy();
        administrator
                .patch(one(name), MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                .expect(200);
        ObjectNode stale = old.deepCopy();
        stale.withObject("/metadata").putObject("labels").put("c", "d");
        Exchange refused = administrator.put(one(name), stale).expect(409);
        assertThat(refused.reason()).isEqualTo("Conflict");
        assertThat(refused.text("/message")).contains("the object has been modified");
        stale.withObject("/metadata").remove("resourceVersion");
        administrator.put(one(name), stale).expect(200);
        stale.withObject("/metadata").put("uid", "0b1f0e5c-0000-4000-8000-000000000000");
        administrator.put(one(name), stale).expect(409);
        stale.withObject("/metadata").put("name", "another").remove("uid");
        administrator.put(one(name), stale).expect(400);
        administrator.put(one("nowhere"), with(old, "x")).expect(404);
    }

    @Test
    void whatIsWrong_ofANewObject_isSaidAllAtOnce() {
        ObjectNode wrong = object("wrong", "one-label/x", "no PKCS#10");
        ((ArrayNode) wrong.at("/spec/usages")).add("server auth").add("flying");
        wrong.withObject("/spec").put("expirationSeconds", 599);
        Exchange refused = administrator.post(PATH, wrong).expect(422);
        assertThat(causes(refused))
                .contains(
                        "FieldValueInvalid spec.request",
                        "FieldValueDuplicate spec.usages[2]",
                        "FieldValueNotSupported spec.usages[3]",
                        "FieldValueInvalid spec.signerName",
                        "FieldValueInvalid spec.expirationSeconds");
        assertThat(refused.text("/details/kind")).isEqualTo("CertificateSigningRequest");
        administrator.get(one("wrong")).expect(404);

        ObjectNode masters = object(
                name(),
                "kubernetes.io/kube-apiserver-client",
                TestCsrs.withSubject(TestCsrs.keyPair(), "CN=me,O=system:masters"));
        assertThat(administrator.post(PATH, masters).expect(403).reason()).isEqualTo("Forbidden");
        ObjectNode versioned = object(name(), SIGNER, TestCsrs.p256("versioned.test"));
        versioned.withObject("/metadata").put("resourceVersion", "1");
        administrator.post(PATH, versioned).expect(400);
        assertThat(administrator
                        .get(PATH + "?fieldSelector=spec.username=me")
                        .expect(400)
                        .text("/message"))
                .contains("field label not supported");
        ObjectNode unknown = object(name(), SIGNER, TestCsrs.p256("unknown.test"));
        unknown.withObject("/spec").put("expirySeconds", 3_600);
        assertThat(administrator
                        .post(PATH + "?fieldValidation=Strict", unknown)
                        .expect(400)
                        .text("/message"))
                .contains("strict decoding error: unknown field \"spec.expirySeconds\"");
        assertThat(administrator.post(PATH, unknown).expect(201).header("Warning"))
                .contains("unknown field \\\"spec.expirySeconds\\\"");
    }

    @Test
    void whatCannotBeKept_isRefused_andWhatCanIsReadAgain() {
        String name = name();
        made(name);
        String long70 = "x".repeat(70_000);
        administrator
                .patch(one(name), MERGE, "{\"metadata\":{\"annotations\":{\"a\":\"" + long70 + "\"}}}")
                .expect(200);
        assertThat(administrator.get(one(name)).expect(200).text("/metadata/annotations/a"))
                .hasSize(70_000);
        administrator.get(PATH).expect(200);
        StringBuilder labels = new StringBuilder("\"l\":\"x\"");
        for (int i = 0; i < 6_000; i++) {
            labels.append(",\"label").append(i).append("\":\"x\"");
        }
        Exchange many = administrator
                .patch(one(name), MERGE, "{\"metadata\":{\"labels\":{" + labels + "}}}")
                .expect(422);
        assertThat(causes(many)).containsExactly("FieldValueTooLong metadata.labels");
        administrator
                .patch(one(name), MERGE, "{\"metadata\":{\"annotations\":{\"n\":\"\\u0000\"}}}")
                .expect(400);
        ObjectNode unseen = object("a\u200bb", SIGNER, TestCsrs.p256("unseen.test"));
        assertThat(causes(administrator.post(PATH, unseen).expect(422))).contains("FieldValueInvalid metadata.name");
        administrator.get(one(name), "Accept", "application/yaml").expect(406);
    }

    @Test
    void whoAsks_isWhoCalls_whateverTheBodySays() {
        ObjectNode object = object(name(), SIGNER, TestCsrs.p256("who.test"));
        object.withObject("/spec").put("username", "admin").putArray("groups").add("system:masters");
        MadeAccount account = server.account(List.of("requester"), "who.test");
        Exchange made = account.api().post(PATH, with(object, "Approved")).expect(201);
        assertThat(made.text("/spec/username")).isEqualTo("account:" + account.id());
        assertThat(made.texts("/spec/groups")).containsExactly("system:authenticated");
        assertThat(conditions(made)).isEmpty();
        assertThat(account.api()
                        .put(one(made.text("/metadata/name")) + "/approval", with(made.copy(), "Approved"))
                        .expect(403)
                        .text("/message"))
                .contains("not permitted to approve requests with signerName \"" + SIGNER + "\"");
    }

    @Test
    void oneName_isTakenOnce_byWhoeverComesFirst_andFreeAgain() {
        String name = name();
        List<CompletableFuture<Exchange>> racing = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String body =
                    object(name, SIGNER, TestCsrs.p256("race" + i + ".test")).toString();
            racing.add(administrator.sendAsync("POST", PATH, body));
        }
        List<Integer> statuses =
                racing.stream().map(answer -> ApiClient.value(answer).status()).toList();
        assertThat(statuses).containsOnlyOnce(201).containsOnly(201, 409);
        administrator.delete(one(name)).expect(200);
        administrator.get(one(name)).expect(404);
        made(name);
        Exchange refused = administrator
                .post(PATH, object(name, SIGNER, "-----BEGIN CERTIFICATE REQUEST-----\n"))
                .expect(422);
        assertThat(refused.text("/details/name")).isEqualTo(name);
    }

    @Test
    void name_whoseMakerWasKilled_isFreeAgain() {
        String name = name();
        String reserved = """
                INSERT INTO kubernetes_objects (request_id, org_id, name, born, generation, created)
                VALUES ($1, 'default', $1, true, 1, $2) RETURNING name
                """;
        Await.value(server.database()
                .query(reserved, Tuple.of(name, server.clock().instant().atOffset(ZoneOffset.UTC))));
        ObjectNode object = object(name, SIGNER, TestCsrs.p256(name + ".test"));
        administrator.get(one(name)).expect(404);
        assertThat(administrator.post(PATH, object).expect(409).reason()).isEqualTo("AlreadyExists");
        server.clock().advance(Duration.ofMinutes(6));
        administrator.post(PATH, object).expect(201);
    }

    @Test
    void dryRun_changesNothing() {
        String name = name();
        ObjectNode wanted = object(name, SIGNER, TestCsrs.p256("dry.test"));
        wanted.withObject("/spec").put("username", "somebody else");
        Exchange said = administrator.post(PATH + "?dryRun=All", wanted).expect(201);
        assertThat(said.text("/spec/username")).startsWith("account:");
        administrator.get(one(name)).expect(404);
        Exchange made = made(name);
        administrator
                .patch(one(name) + "?dryRun=All", MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                .expect(200);
        administrator
                .put(one(name) + "/approval?dryRun=All", with(made.copy(), "Approved"))
                .expect(200);
        administrator.delete(one(name) + "?dryRun=All").expect(200);
        assertThat(administrator.get(one(name)).expect(200).body()).isEqualTo(made.body());
    }

    @Test
    void apply_makesWhatIsNotThere_andMergesConditionsByType() {
        String name = name();
        String type = "application/apply-patch+yaml";
        ObjectNode object = object(name, SIGNER, TestCsrs.p256("apply.test"));
        administrator.patch(one(name), type, object.toString()).expect(422);
        administrator
                .patch(one(name) + "?fieldManager=t", type, object.toString())
                .expect(201);
        administrator
                .patch(one(name) + "?fieldManager=t", type, object.toString())
                .expect(200);
        administrator
                .patch(
                        one(name) + "/status?fieldManager=t",
                        type,
                        "status: {conditions: [{type: One, status: 'True'}]}")
                .expect(200);
        Exchange both = administrator
                .patch(
                        one(name) + "/status?fieldManager=t",
                        type,
                        "status: {conditions: [{type: Two, status: 'False'}]}")
                .expect(200);
        assertThat(conditions(both)).containsExactly("One", "Two");
        administrator.patch(one(name), "application/json", "{}").expect(415);
    }

    @Test
    void otherPkcs10_putNatively_isAnotherObjectOfTheSameName() {
        String name = name();
        Exchange made = made(name);
        administrator
                .patch(one(name), MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                .expect(200);
        Exchange found = server.administrator()
                .get(ApiClient.REQUESTS + "?name=" + name + ".test")
                .expect(200);
        String id = found.text("/certificate_signing_requests/0/metadata/id");
        KeyPair key = TestCsrs.keyPair();
        server.administrator()
                .replace(id, Bodies.request(TestCsrs.p256(key, "other." + name + ".test")))
                .expect(200);
        Exchange now = administrator.get(one(name)).expect(200);
        assertThat(now.text("/metadata/uid")).isNotEqualTo(made.text("/metadata/uid"));
        assertThat(now.at("/metadata/labels").isMissingNode()).isTrue();
        administrator.get(one(id)).expect(404);
    }

    @Test
    void expirationSeconds_boundTheCertificate_alsoWhereAPersonSaysYesLater() {
        String name = name();
        ObjectNode object = object(name, SIGNER, TestCsrs.p256(name + ".test"));
        object.withObject("/spec").put("expirationSeconds", 7_200);
        Exchange yes = administrator
                .put(one(name) + "/approval", with(made(object).copy(), "Approved"))
                .expect(200);
        JsonNode certificate = server.administrator()
                .get(ApiClient.CERTIFICATES + "?name=" + name + ".test")
                .expect(200)
                .at("/certificates/0/status");
        Duration lasts = Duration.between(
                Instant.parse(certificate.path("not_before").asText()),
                Instant.parse(certificate.path("not_after").asText()));
        assertThat(lasts).isBetween(Duration.ofSeconds(7_190), Duration.ofSeconds(7_200));
        assertThat(yes.at("/spec/expirationSeconds").asInt()).isEqualTo(7_200);
    }
}
