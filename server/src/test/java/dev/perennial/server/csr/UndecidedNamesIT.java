package dev.perennial.server.csr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.EnrolledAgent;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.ExtraNames;
import dev.perennial.server.testing.ExtraNames.Extra;
import dev.perennial.server.testing.ExtraNames.Fate;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No name and no subject attribute is in a certificate that no decision covered, at whatever step it came in: subject and
 * SANs of every certificate, read by Java, are exactly the decision's.
 */
class UndecidedNamesIT {
    private static final String OWN = "www.decided.test";
    private static final String BEYOND = "beyond.test";
    private static final String CLIENT = "perennial.dev/client";

    @RegisterExtension
    static final TestServer server =
            TestServer.standard().approval(Approval.GRANTS_OR_PERSON, true).limit(100_000, Duration.ofDays(1));

    @TempDir
    private Path directory;

    /** What the certificates of a request may say, and how many there are by now. */
    private record Decided(Extra extra, Set<String> names, String subject) {
        static Decided by(Extra extra, boolean withExtra, String... dns) {
            Set<String> names = new TreeSet<>();
            for (String name : dns) {
                names.add("2:" + name);
            }
            if (withExtra && extra.spelled() != null) {
                names.add(extra.spelled());
            }
            String commonName = extra.commonName();
            return new Decided(extra, names, commonName == null ? "" : "CN=" + commonName);
        }
    }

    private static ObjectNode body(String pem, String signer) {
        return Bodies.request(pem, "target_issuer", signer);
    }

    private static Fate fate(Extra extra, String signer) {
        return CLIENT.equals(signer) ? extra.client() : extra.server();
    }

    private static ApiClient approver() {
        return server.account(List.of("security-administrator")).api();
    }

    private static Exchange approve(ApiClient approver, Exchange held) {
        return approver.post(
                        ApiClient.REQUESTS + "/" + held.id() + "/approve",
                        Bodies.object().put("reason", "as I saw it"))
                .expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"perennial.dev/server", CLIENT})
    void anExtraName_atEachStep_reachesNoCertificateUndecided(String signer) {
        ApiClient agent = server.agent(OWN).api();
        ApiClient approver = approver();
        Map<String, Decided> decided = new LinkedHashMap<>();
        for (Extra extra : ExtraNames.beside(OWN)) {
            Fate fate = fate(extra, signer);
            submit(agent, extra, signer, fate, approver, decided);
            replace(agent, extra, signer, fate, approver, decided);
            if (fate == Fate.DROPPED) {
                Exchange held = agent.post(ApiClient.REQUESTS, body(extra.pem(OWN, BEYOND), signer))
                        .expect(201);
                assertThat(held.certificates()).as(extra.what()).isEmpty();
                decided.put(approve(approver, held).id(), Decided.by(extra, false, OWN, BEYOND));
            }
        }
        requireExactly(agent, decided, 1);
        reissue(agent, decided);
        requireExactly(agent, decided, 2);
        renew(decided.keySet());
        decided.keySet()
                .forEach(id -> Until.is(
                        () -> agent.request(id).expect(200).certificates().size() == 3, "the renewal of " + id));
        requireExactly(agent, decided, 3);
    }

    private static void submit(
            ApiClient agent, Extra extra, String signer, Fate fate, ApiClient approver, Map<String, Decided> decided) {
        Exchange answer = agent.post(ApiClient.REQUESTS, body(extra.pem(OWN), signer));
        switch (fate) {
            case BAD -> answer.expectProblem(400, "badCSR");
            case REFUSED -> answer.expectProblem(403, "rejectedIdentifier");
            case HELD -> {
                assertThat(answer.expect(201).state()).as(extra.what()).isEqualTo("PENDING");
                assertThat(answer.certificates()).as(extra.what()).isEmpty();
                decided.put(approve(approver, answer).id(), Decided.by(extra, true, OWN));
            }
            case DROPPED -> {
                assertThat(answer.expect(201).state()).as(extra.what()).isEqualTo("ISSUED");
                decided.put(answer.id(), Decided.by(extra, false, OWN));
            }
        }
    }

    private static void replace(
            ApiClient agent, Extra extra, String signer, Fate fate, ApiClient approver, Map<String, Decided> decided) {
        Exchange made =
                agent.post(ApiClient.REQUESTS, body(TestCsrs.p256(OWN), signer)).expect(201);
        List<X509> before = made.certificates();
        Exchange answer = agent.replace(made.id(), body(extra.pem(OWN), signer));
        switch (fate) {
            case BAD -> answer.expectProblem(400, "badCSR");
            case REFUSED -> answer.expectProblem(403, "rejectedIdentifier");
            case HELD -> {
                assertThat(answer.expect(200).text("/status/next/state"))
                        .as(extra.what())
                        .isEqualTo("PENDING");
                Exchange denied = approver.post(
                                ApiClient.REQUESTS + "/" + made.id() + "/deny",
                                Bodies.object().put("reason", "not that"))
                        .expect(200);
                assertThat(denied.text("/status/next/state")).isEqualTo("DENIED");
            }
            case DROPPED -> decided.put(answer.expect(200).id(), Decided.by(extra, false, OWN));
        }
        if (fate != Fate.DROPPED) {
            assertThat(agent.request(made.id()).certificates()).as(extra.what()).isEqualTo(before);
        }
    }

    private static void reissue(ApiClient agent, Map<String, Decided> decided) {
        decided.keySet().forEach(id -> {
            String notAfter =
                    agent.request(id).expect(200).newestCertificate().notAfter().toString();
            Exchange answer = agent.post(ApiClient.REQUESTS + "/reissue", Bodies.reissue(id, notAfter));
            answer.expect(201);
        });
    }

    private static void renew(Iterable<String> ids) {
        List<String> all = new ArrayList<>();
        ids.forEach(all::add);
        Await.value(server.database()
                .query(
                        "UPDATE signing_requests SET renew_at = now() - interval '1 day' WHERE id = ANY ($1)",
                        Tuple.of(all.toArray(String[]::new))));
    }

    private static void requireExactly(ApiClient agent, Map<String, Decided> decided, int count) {
        assertThat(decided).hasSizeGreaterThan(20);
        decided.forEach((id, one) -> {
            List<X509> certificates = agent.request(id).expect(200).certificates();
            assertThat(certificates).as(one.extra().what()).hasSize(count);
            certificates.forEach(certificate -> {
                assertThat(names(certificate)).as(one.extra().what()).isEqualTo(one.names());
                assertThat(subject(certificate)).as(one.extra().what()).isEqualTo(one.subject());
            });
        });
    }

    @Test
    void whatIsGrantedNoMore_isInNoLaterCertificate() {
        EnrolledAgent agent = server.agent(
                OWN, "other.test", "*.other.test", "ip:192.0.2.0/24", "email:other.test", "uri:https://other.test/");
        List<Exchange> made = new ArrayList<>();
        for (Extra extra : ExtraNames.beside(OWN)) {
            if (extra.spelled() != null) {
                Exchange answer = agent.api()
                        .post(ApiClient.REQUESTS, body(extra.pem(OWN), CLIENT))
                        .expect(201);
                assertThat(names(answer.newestCertificate())).contains(extra.spelled());
                made.add(answer);
            }
        }
        assertThat(made).hasSize(5);
        server.administrator()
                .put(ApiClient.AGENTS + "/" + agent.id(), Bodies.spec(Map.of("names", List.of(OWN))))
                .expect(200);

        for (Exchange one : made) {
            String notAfter = one.newestCertificate().notAfter().toString();
            agent.api()
                    .post(ApiClient.REQUESTS + "/reissue", Bodies.reissue(one.id(), notAfter))
                    .expectProblem(403, "rejectedIdentifier");
        }
        renew(made.stream().map(Exchange::id).toList());
        for (Exchange one : made) {
            Until.is(
                    () -> agent.api()
                            .request(one.id())
                            .at("/status/message")
                            .asText()
                            .startsWith("not-approved"),
                    "the renewal is refused");
            assertThat(agent.api().request(one.id()).certificates()).isEqualTo(one.certificates());
        }
    }

    @Test
    void openssl_readsTheSame() throws Exception {
        Extra group = ExtraNames.beside(OWN).stream()
                .filter(extra -> extra.what().equals("CN and O in one RDN"))
                .findFirst()
                .orElseThrow();
        Exchange made = server.agent(OWN).api().submit(group.pem(OWN)).expect(201);
        Files.writeString(
                directory.resolve("cert.pem"), made.newestCertificate().pem());
        String text = new OpenSsl(directory).run("x509", "-in", "cert.pem", "-noout", "-text");
        assertThat(text)
                .containsPattern("Subject: CN ?= ?" + OWN + "\n")
                .containsPattern("Subject Alternative Name: *\n +DNS:" + OWN + "\n")
                .doesNotContain("system:masters");
    }

    private static String subject(X509 certificate) {
        return java(certificate).getSubjectX500Principal().getName(X500Principal.RFC2253);
    }

    private static Set<String> names(X509 certificate) {
        try {
            Set<String> names = new TreeSet<>();
            java(certificate).getSubjectAlternativeNames().forEach(name -> names.add(name.get(0) + ":" + name.get(1)));
            return names;
        } catch (java.security.cert.CertificateParsingException e) {
            throw new AssertionError(e);
        }
    }

    private static X509Certificate java(X509 certificate) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate.der()));
        } catch (java.security.cert.CertificateException e) {
            throw new AssertionError(e);
        }
    }
}
