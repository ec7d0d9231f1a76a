package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.install.PublishedDirectory;
import dev.perennial.agent.renewal.CertificateStatus;
import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.FakeService.Held;
import dev.perennial.agent.testing.TestCa;
import dev.perennial.agent.testing.TestCa.Leaf;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.agent.x509.RejectedCertificateException.Reason;
import dev.perennial.model.CertificateJson;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** F11: a certificate that is not what was asked for never reaches the published pair, and is kept to be looked at. */
final class BadAnswerIT extends EnrolledAgent {
    private static final TestCa STRANGER = new TestCa("stranger");

    /** Makes an answer from what a right one would be made of, and from the live certificate. */
    private interface Forgery {
        CertificateJson make(FakeServer server, Held held, Leaf leaf, X509Certificate live) throws Exception;
    }

    private static Arguments bad(String name, Reason reason, Forgery forgery) {
        return Arguments.of(name, reason, forgery);
    }

    private static Forgery leaf(java.util.function.UnaryOperator<Leaf> change) {
        return (server, held, leaf, live) -> server.sign(held, change.apply(leaf));
    }

    static Stream<Arguments> forgeries() {
        Instant now = Instant.now();
        return Stream.of(
                bad(
                        "another key",
                        Reason.WRONG_KEY,
                        (server, held, leaf, live) -> FakeServer.json(
                                held, server.ca.issue(leaf, TestCa.key().getPublic()), TestCa.pem(server.ca.issuing))),
                bad("a name too few", Reason.WRONG_NAMES, leaf(leaf -> leaf.dns(List.of("www.example.com")))),
                bad(
                        "a name too many",
                        Reason.WRONG_NAMES,
                        leaf(leaf -> leaf.dns(List.of("www.example.com", "example.com", "evil.example.org")))),
                bad("an address for names", Reason.WRONG_NAMES, leaf(leaf -> leaf.ip("192.0.2.1"))),
                bad("a CA", Reason.IS_A_CA, leaf(Leaf::authority)),
                bad("for clients", Reason.WRONG_USAGE, leaf(Leaf::client)),
                bad("not yet valid", Reason.NOT_YET_VALID, leaf(leaf -> leaf.from(now.plus(Duration.ofHours(2))))),
                bad("expired", Reason.EXPIRED, leaf(leaf -> leaf.from(now.minus(Duration.ofHours(2)))
                        .until(now.minusSeconds(60)))),
                bad("earlier notAfter", Reason.NOT_NEWER, leaf(leaf -> leaf.until(now.plus(Duration.ofDays(3))))),
                bad("earlier notBefore", Reason.NOT_NEWER, leaf(leaf -> leaf.from(now.minus(Duration.ofHours(9))))),
                bad(
                        "the live serial",
                        Reason.SAME_SERIAL,
                        (server, held, leaf, live) -> server.sign(held, leaf.serial(live.getSerialNumber()))),
                bad(
                        "missing intermediate",
                        Reason.UNTRUSTED,
                        (server, held, leaf, live) ->
                                FakeServer.json(held, server.ca.issue(leaf, TestCa.publicKey(pkcs10(server))), "")),
                bad(
                        "another CA",
                        Reason.UNTRUSTED,
                        (server, held, leaf, live) -> FakeServer.json(
                                held,
                                STRANGER.issue(leaf, TestCa.publicKey(pkcs10(server))),
                                TestCa.pem(STRANGER.issuing, STRANGER.root))),
                bad("garbage after the PEM", Reason.MALFORMED, (server, held, leaf, live) -> {
                    X509Certificate good = server.ca.issue(leaf, TestCa.publicKey(pkcs10(server)));
                    return FakeServer.json(held, good, TestCa.pem(good) + "garbage", TestCa.pem(server.ca.issuing));
                }),
                bad("two certificates", Reason.MALFORMED, (server, held, leaf, live) -> {
                    X509Certificate good = server.ca.issue(leaf, TestCa.publicKey(pkcs10(server)));
                    return FakeServer.json(held, good, TestCa.pem(good, good), TestCa.pem(server.ca.issuing));
                }),
                bad(
                        "no certificate",
                        Reason.MALFORMED,
                        (server, held, leaf, live) -> FakeServer.json(
                                held, live, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "")));
    }

    private static byte[] pkcs10(FakeServer server) {
        return server.only().pkcs10();
    }

    @Test
    void certificateThatWasRejected_isTakenWhenItComesWithItsChain() throws Exception {
        assertThat(agent.once()).isZero();
        Held held = server.only();
        CertificateJson whole = server.renew(held);
        held.certificates.remove(whole);
        CertificateJson.Spec spec = whole.spec();
        CertificateJson bare = new CertificateJson(
                null,
                new CertificateJson.Spec("default", "issued", spec.certificate(), "", "r1", null),
                whole.status());
        held.certificates.add(bare);
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.once()).isEqualTo(1);
        try (Stream<Path> kept = Files.list(agent.state.resolve("certs/web/quarantine"))) {
            assertThat(kept).as("written once").hasSize(1);
        }
        held.certificates.set(held.certificates.indexOf(bare), whole);
        server.changed(held);
        assertThat(agent.once()).isZero();
        assertThat(agent.web().generation()).isEqualTo(2);
        agent.assertPair();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void renewal_withBadCertificate_isRejectedBeforeDisk(String name, Reason reason, Forgery forgery) throws Exception {
        assertThat(agent.once()).isZero();
        X509Certificate live = Certificates.parse(Files.readString(agent.install.resolve("cert.pem")))
                .get(0);
        server.issuer = (held, leaf) -> {
            try {
                return forgery.make(server, held, leaf, live);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };
        server.renew(server.only());
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.once()).isEqualTo(1);
        CertificateStatus web = agent.web();
        assertThat(web.problems()).singleElement().satisfies(problem -> assertThat(problem.reason())
                .contains("rejected: " + reason));
        assertThat(new PublishedDirectory(agent.install).generations()).containsExactly(1);
        assertThat(new BigInteger(web.serialNumber(), 16)).isEqualTo(live.getSerialNumber());
        assertThat(agent.state.resolve("certs/web/quarantine")).isNotEmptyDirectory();
        agent.assertPair();
        server.issuer = server::sign;
        server.renew(server.only());
        assertThat(agent.once()).isZero();
        assertThat(agent.web().generation()).isEqualTo(2);
    }
}
