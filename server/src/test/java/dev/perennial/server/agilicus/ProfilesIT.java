package dev.perennial.server.agilicus;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.TestServer.MadeAccount;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.CsrBuilder;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.TestCsrs;
import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every profile over the API: what a certificate has of usages and extensions, whatever its PKCS#10 asks for (T6). */
class ProfilesIT {
    private static final KeyPair KEY = TestCsrs.keyPair();
    private static final KeyPair RSA = TestCsrs.rsaKeyPair();

    /** Key usage and extended key usage, subject and authority key identifier. */
    private static final List<String> ALWAYS = List.of("2.5.29.15", "2.5.29.37", "2.5.29.14", "2.5.29.35");

    private static final String NAMES = "2.5.29.17";

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(10_000, Duration.ofDays(1));

    @BeforeAll
    static void makeSigners() {
        for (String profile : List.of("server+client", "signing+encryption", "requested", "kubernetes-client")) {
            server.administrator()
                    .post(ApiClient.SIGNERS, Bodies.signer(signer(profile), server.authorityId(), profile))
                    .expect(201);
        }
    }

    private static String signer(String profile) {
        return switch (profile) {
            case "server", "client" -> "perennial.dev/" + profile;
            default -> "profiles.test/" + profile.replace('+', '-');
        };
    }

    private static CsrBuilder csr(String profile, KeyPair key) {
        CsrBuilder builder = CsrBuilder.with(key);
        return switch (profile) {
            case "kubernetes-client" -> builder.subject("CN=jane,O=admins");
            case "signing+encryption" -> builder.names("email:jane@profiles.test");
            default -> builder.names("www.profiles.test");
        };
    }

    private static Exchange submit(String profile, CsrBuilder builder) {
        ObjectNode body = Bodies.request(builder.pem(), "target_issuer", signer(profile));
        Exchange made = server.administrator().post(ApiClient.REQUESTS, body).expect(201);
        server.administrator().delete(ApiClient.REQUESTS + "/" + made.id()).expect(204);
        return made;
    }

    private static Map<String, String> extensions(String profile, CsrBuilder builder) throws Exception {
        Map<String, String> extensions = new TreeMap<>();
        Extensions.of(submit(profile, builder))
                .forEach((oid, value) -> extensions.put(oid, HexFormat.of().formatHex(value)));
        return extensions;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"server", "client", "server+client", "signing+encryption", "requested", "kubernetes-client"})
    void whateverIsAskedFor_theExtensionsAreTheProfiles(String profile) throws Exception {
        Map<String, String> plain = extensions(profile, csr(profile, KEY));
        List<String> expected = new ArrayList<>(ALWAYS);
        if (!profile.equals("kubernetes-client")) {
            expected.add(NAMES);
        }
        assertThat(plain).containsOnlyKeys(expected);
        for (RequestedExtensionsIT.Asked asked :
                RequestedExtensionsIT.tolerated().collect(Collectors.toList())) {
            assertThat(extensions(profile, asked.addTo(csr(profile, KEY))))
                    .as(asked.toString())
                    .isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // keyUsage as its bits, extendedKeyUsage as the last arcs of id-kp.
        "server,             ec,  0,     1",
        "server,             rsa, 0 2,   1",
        "client,             ec,  0,     2",
        "client,             rsa, 0,     2",
        "server+client,      ec,  0,     1 2",
        "server+client,      rsa, 0 2,   1 2",
        "signing+encryption, ec,  0 4,   4",
        "signing+encryption, rsa, 0 2 3, 4",
        "kubernetes-client,  ec,  0,     2",
        "requested,          rsa, 0 2,   1",
    })
    void usages_areTheProfiles(String profile, String kind, String bits, String purposes) throws Exception {
        X509Certificate certificate = read(submit(profile, csr(profile, kind.equals("rsa") ? RSA : KEY)));
        requireUsages(certificate, bits, purposes);
    }

    private static void requireUsages(X509Certificate certificate, String bits, String purposes) throws Exception {
        boolean[] usages = certificate.getKeyUsage();
        List<String> set = new ArrayList<>();
        for (int bit = 0; bit < usages.length; bit++) {
            if (usages[bit]) {
                set.add(String.valueOf(bit));
            }
        }
        assertThat(String.join(" ", set)).isEqualTo(bits);
        assertThat(certificate.getExtendedKeyUsage().stream()
                        .map(oid -> oid.replace("1.3.6.1.5.5.7.3.", ""))
                        .collect(Collectors.joining(" ")))
                .isEqualTo(purposes);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }

    private static X509Certificate read(Exchange request) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(request.newestCertificate().der()));
    }

    @Test
    void usagesOfTheRequest_makeTheCertificate_andStayWithItsPkcs10() throws Exception {
        String pem = csr("requested", RSA).pem();
        ObjectNode body = Bodies.with(
                Bodies.request(pem, "target_issuer", signer("requested")),
                "usages",
                List.of("digital signature", "data encipherment", "client auth", "email protection"));
        Exchange made = server.administrator().post(ApiClient.REQUESTS, body).expect(201);
        requireUsages(read(made), "0 3", "2 4");
        assertThat(made.texts("/spec/usages"))
                .containsExactly("digital signature", "data encipherment", "client auth", "email protection");
        assertThat(server.administrator().request(made.id()).body()).isEqualTo(made.body());

        // Reissued and put again it is what it was; other usages need another PKCS#10.
        server.clock().advance(Duration.ofMinutes(1));
        server.administrator()
                .post(
                        ApiClient.REQUESTS + "/reissue",
                        Bodies.reissue(
                                made.id(), made.newestCertificate().notAfter().toString()))
                .expect(201);
        requireUsages(read(server.administrator().request(made.id())), "0 3", "2 4");
        server.administrator()
                .replace(made.id(), Bodies.with(body.deepCopy(), "usages", List.of("server auth")))
                .expectProblem(409, "conflict");
        ObjectNode silent = body.deepCopy();
        ((ObjectNode) silent.get("spec")).remove("usages");
        assertThat(server.administrator().replace(made.id(), silent).expect(200).texts("/spec/usages"))
                .hasSize(4);
        Exchange replaced = server.administrator()
                .replace(
                        made.id(),
                        Bodies.with(
                                Bodies.request(
                                        csr("requested", TestCsrs.keyPair()).pem(),
                                        "target_issuer",
                                        signer("requested")),
                                "usages",
                                List.of("signing", "server auth")))
                .expect(200);
        requireUsages(read(replaced), "0", "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Server Auth", "serverAuth", "", "any ", "1.3.6.1.5.5.7.3.1"})
    void anUnknownUsage_isNamedWithTheKnownOnes(String word) {
        ObjectNode body = Bodies.request(csr("requested", KEY).pem(), "usages", List.of(word));
        assertThat(server.administrator()
                        .post(ApiClient.REQUESTS, body)
                        .expectProblem(400, "malformed")
                        .detail())
                .contains("spec.usages", "server auth", "key encipherment");
    }

    @ParameterizedTest
    @CsvSource({"requested, cert sign", "requested, any", "server, client auth", "client, code signing"})
    void aUsageBeyondTheProfile_isRefusedByTheRuleUsages(String profile, String usage) {
        ObjectNode body = Bodies.with(
                Bodies.request(csr(profile, KEY).pem(), "target_issuer", signer(profile)), "usages", List.of(usage));
        assertThat(server.administrator()
                        .post(ApiClient.REQUESTS, body)
                        .expectProblem(403, "rejectedIdentifier")
                        .detail())
                .contains("usages", usage);
    }

    @Test
    void kubernetesClient_hasUserAndGroups_asGranted() throws Exception {
        MadeAccount caller = server.account(List.of("requester"), "user:jane", "group:admins", "group:viewers");
        ObjectNode body = Bodies.request(
                CsrBuilder.with(TestCsrs.keyPair())
                        .subject("CN=jane,O=viewers,O=admins")
                        .pem(),
                "target_issuer",
                signer("kubernetes-client"));
        Exchange made = caller.api().post(ApiClient.REQUESTS, body).expect(201);
        assertThat(read(made).getSubjectX500Principal().getName()).isEqualTo("CN=jane,O=viewers,O=admins");
        assertThat(made.text("/status/subject")).isEqualTo("CN=jane, O=viewers, O=admins");
        assertThat(caller.api()
                        .post(
                                ApiClient.REQUESTS + "?dry_run=true",
                                Bodies.with(
                                        body,
                                        "request",
                                        CsrBuilder.with(KEY)
                                                .subject("CN=jane,O=others")
                                                .pem()))
                        .expect(200)
                        .text("/rule"))
                .isEqualTo("groups");
    }

    @Test
    void anExtensionThatMakesACa_isRefusedUnderEveryProfile() {
        for (String profile : List.of("server", "requested", "kubernetes-client")) {
            String pem = csr(profile, KEY)
                    .extension(new ASN1ObjectIdentifier("2.5.29.19"), true, new byte[] {0x30, 3, 1, 1, (byte) 0xff})
                    .pem();
            server.administrator()
                    .post(ApiClient.REQUESTS, Bodies.request(pem, "target_issuer", signer(profile)))
                    .expectProblem(400, "badCSR");
        }
    }
}
