package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.BoundKeys;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How an agent whose identity has expired comes back by its bound key, and how nobody else does. */
class RecoveryIT {
    @RegisterExtension
    static final TestServer server = TestServer.standard().identityValidity(BoundHost.VALIDITY);

    /** Started before the clock is put forward: its certificate is to be valid now. */
    @BeforeAll
    static void startTheSecond() {
        server.second();
    }

    /** All of these tests come from one address. */
    @BeforeEach
    void forgetTries() {
        sql("DELETE FROM recovery_limits");
    }

    static List<KeyPair> kinds() {
        return List.of(
                TestCsrs.keyPair(), TestCsrs.ecKeyPair("secp384r1"), TestCsrs.ed25519KeyPair(), TestCsrs.rsaKeyPair());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void recovered_isKnownAgain_andTheIdentityBeforeIsGone(KeyPair boundKey) {
        BoundHost host = BoundHost.enrolled(server, boundKey);
        BoundHost.letIdentitiesExpire(server);
        host.api().get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
        KeyPair newKey = TestCsrs.keyPair();

        Exchange recovered = host.recover(newKey).expect(200);

        assertThat(recovered.id()).isEqualTo(host.id());
        ClientIdentity identity = ClientIdentity.of(newKey, recovered.text("/status/identity"));
        server.nobody().as(identity).get(ApiClient.REQUESTS).expect(200);
        server.second().nobody().as(identity).get(ApiClient.REQUESTS).expect(200);
        assertThat(host.states()).containsExactly("superseded", "current");
        assertThat(host.audited("done")).isOne();
        host.recover().expectProblem(409, "conflict");
    }

    @Test
    void aNonceOfOneServer_isGoodAtAnother() {
        BoundHost host = BoundHost.expired(server);
        KeyPair newKey = TestCsrs.keyPair();

        server.second()
                .nobody()
                .post(host.path(), host.order(host.nonce(), newKey))
                .expect(200);
    }

    /** What proves nothing: each with the order that it sends for an expired host. */
    static Stream<Arguments> strangers() {
        return Stream.of(
                stranger(
                        "another agent's nonce",
                        host -> host.order(BoundHost.enrolled(server).nonce(), TestCsrs.keyPair())),
                stranger("a nonce of five minutes ago", host -> {
                    String nonce = host.nonce();
                    server.clock().advance(Duration.ofMinutes(5));
                    return host.order(nonce, TestCsrs.keyPair());
                }),
                stranger("a forged nonce", host -> {
                    String nonce = host.nonce();
                    String other = nonce.charAt(40) == 'A' ? "B" : "A";
                    return host.order(nonce.substring(0, 40) + other + nonce.substring(41), TestCsrs.keyPair());
                }),
                stranger("a nonce whose end was put off", host -> {
                    String nonce = host.nonce();
                    return host.order(nonce.substring(0, 7) + "z" + nonce.substring(8), TestCsrs.keyPair());
                }),
                stranger("no nonce at all", host -> host.order("nonce", TestCsrs.keyPair())),
                stranger(
                        "another key",
                        host -> BoundKeys.recovery(
                                TestCsrs.keyPair(), host.id(), host.nonce(), TestCsrs.p256("a.test"))),
                stranger(
                        "the expired identity's key",
                        host -> BoundKeys.recovery(
                                host.identity().keyPair(), host.id(), host.nonce(), TestCsrs.p256("a.test"))),
                stranger(
                        "a signature for another PKCS#10",
                        host -> Bodies.with(
                                host.order(host.nonce(), TestCsrs.keyPair()), "request", TestCsrs.p256("b.test"))),
                stranger("a signature for another agent", host -> {
                    String nonce = host.nonce();
                    return BoundKeys.recovery(
                            host.boundKey(), BoundHost.enrolled(server).id(), nonce, TestCsrs.p256("a.test"));
                }),
                stranger("a registration's signature", host -> {
                    ObjectNode order = host.order(host.nonce(), TestCsrs.keyPair());
                    String proof = BoundKeys.register(order.deepCopy(), host.boundKey())
                            .at("/spec/bound_key_signature")
                            .asText();
                    return Bodies.with(order, "signature", proof);
                }),
                stranger(
                        "no signature worth the name",
                        host -> Bodies.with(host.order(host.nonce(), TestCsrs.keyPair()), "signature", "AAAA")));
    }

    private static Arguments stranger(String what, Function<BoundHost, ObjectNode> order) {
        return arguments(what, order);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("strangers")
    void whoeverProvesNothing_isToldNothing(String what, Function<BoundHost, ObjectNode> order) {
        BoundHost host = BoundHost.expired(server);

        Exchange refused = server.nobody().post(host.path(), order.apply(host)).expectProblem(401, "unauthenticated");

        assertThat(refused.detail()).isEqualTo(answerForNobody());
        assertThat(host.audited("refused")).as("strangers are counted").isZero();
        assertThat(host.states()).containsExactly("current");
    }

    @Test
    void anAgentWithoutABoundKey_isAnsweredAsNobody() {
        TestServer.EnrolledAgent agent = server.agent("**");
        BoundHost.letIdentitiesExpire(server);
        BoundHost host = new BoundHost(server, agent.id(), TestCsrs.keyPair(), agent.identity());

        Exchange refused = host.recover().expectProblem(401, "unauthenticated");

        assertThat(refused.detail()).isEqualTo(answerForNobody());
    }

    private static String answerForNobody() {
        BoundHost nobody = new BoundHost(
                server, "nobody", TestCsrs.keyPair(), BoundHost.enrolled(server).identity());
        return nobody.recover().expectProblem(401, "unauthenticated").detail();
    }

    @Test
    void aNonce_isGoodOnce() {
        BoundHost host = BoundHost.expired(server);
        String nonce = host.nonce();
        server.nobody().post(host.path(), host.order(nonce, TestCsrs.keyPair())).expect(200);

        server.nobody().post(host.path(), host.order(nonce, TestCsrs.keyPair())).expectProblem(401, "unauthenticated");
        server.second()
                .nobody()
                .post(host.path(), host.order(nonce, TestCsrs.keyPair()))
                .expectProblem(401, "unauthenticated");
    }

    @Test
    void oneNonce_usedByManyAtOnce_givesOneIdentity() {
        BoundHost host = BoundHost.expired(server);
        String nonce = host.nonce();
        ObjectNode order = host.order(nonce, TestCsrs.keyPair());

        List<Integer> answers = IntStream.range(0, 20)
                .parallel()
                .mapToObj(i -> (i % 2 == 0 ? server.nobody() : server.second().nobody())
                        .post(host.path(), order)
                        .status())
                .toList();

        assertThat(answers).containsOnlyOnce(200).containsOnly(200, 401, 429);
        assertThat(host.states()).containsExactly("current", "next");
        assertThat(host.audited("done")).isOne();
    }

    @Test
    void anAnswerThatWasLost_isGivenAgainToTheSameKey_andAnotherKeyTakesItsPlace() {
        BoundHost host = BoundHost.expired(server);
        KeyPair newKey = TestCsrs.keyPair();
        Exchange lost = host.recover(newKey).expect(200);

        Exchange again = host.recover(newKey).expect(200);

        assertThat(again.text("/status/identity")).isEqualTo(lost.text("/status/identity"));
        KeyPair other = TestCsrs.keyPair();
        Exchange replaced = host.recover(other).expect(200);
        ClientIdentity first = ClientIdentity.of(newKey, lost.text("/status/identity"));
        ClientIdentity second = ClientIdentity.of(other, replaced.text("/status/identity"));
        server.nobody().as(first).get(ApiClient.REQUESTS).expectProblem(401, "unauthenticated");
        server.nobody().as(second).get(ApiClient.REQUESTS).expect(200);
    }

    @Test
    void aLivingIdentity_isNotReplaced() {
        BoundHost host = BoundHost.enrolled(server);

        host.recover().expectProblem(409, "conflict");

        host.api().get(ApiClient.REQUESTS).expect(200);
        assertThat(host.states()).containsExactly("current");
        assertThat(host.audited("refused")).isOne();
    }

    @Test
    void aRetiredAgent_isToldSo_butOnlyTheAgentItself() {
        BoundHost host = BoundHost.expired(server);
        server.administrator()
                .send("POST", ApiClient.AGENTS + "/" + host.id() + "/retire", null)
                .expect(200);

        host.recover().expectProblem(410, "retired");

        host.thief().recover().expectProblem(401, "unauthenticated");
        assertThat(host.states()).containsExactly("current");
    }

    @Test
    void badOrders_areToldWhatIsWrong() {
        BoundHost host = BoundHost.enrolled(server);
        ObjectNode whole = host.order(host.nonce(), TestCsrs.keyPair());
        for (String missing : List.of("nonce", "request", "signature")) {
            ObjectNode part = whole.deepCopy();
            ((ObjectNode) part.get("spec")).remove(missing);
            server.nobody()
                    .post(host.path(), part)
                    .expectProblem(400, "malformed")
                    .expectHelp();
        }
        server.nobody()
                .post(host.path(), Bodies.with(whole.deepCopy(), "signature", "no base64!"))
                .expectProblem(400, "malformed")
                .expectHelp();
        server.nobody()
                .post(host.path(), Bodies.with(whole.deepCopy(), "nonce", "n".repeat(257)))
                .expectProblem(400, "malformed")
                .expectHelp();
        server.nobody()
                .post(host.path(), Bodies.with(whole.deepCopy(), "request", "none"))
                .expectProblem(400, "badCSR")
                .expectHelp();
        server.nobody().post(host.path(), Bodies.object()).expectProblem(400, "malformed");
    }

    private static void sql(String sql) {
        Await.value(server.database().pool().query(sql).execute());
    }
}
