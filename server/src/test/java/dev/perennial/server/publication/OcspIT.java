package dev.perennial.server.publication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.pkix.KeyKind;
import dev.perennial.server.pkix.X509;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.Publication;
import dev.perennial.server.testing.TestCa;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asked and judged by the real openssl. */
class OcspIT {
    private static final byte[] MALFORMED = {0x30, 3, 0x0a, 1, 1};
    private static final byte[] UNAUTHORIZED = {0x30, 3, 0x0a, 1, 6};

    @RegisterExtension
    static final TestServer server = TestServer.standard().limit(1_000, Duration.ofDays(1));

    @TempDir
    Path directory;

    private final Publication publication =
            new Publication(server.uri(), server.first().roots());
    private OpenSsl openSsl;
    private Exchange request;

    @BeforeEach
    void issue() throws IOException {
        openSsl = new OpenSsl(directory);
        request =
                server.administrator().submit(TestCsrs.p256("www.example.com")).expect(201);
        write("leaf.pem", request.text("/status/certificates/0/spec/certificate"));
        write("roots.pem", server.first().roots() + "\n");
        byte[] issuer = publication.get("/ca/" + issuerId() + ".crt").body();
        write("issuer.pem", X509.parse(issuer).pem());
    }

    private static String issuerId() {
        return Await.value(server.database()
                        .query(
                                "SELECT issuer_id AS id FROM certificates WHERE request_id IS NOT NULL LIMIT 1",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getString("id");
    }

    private void write(String file, String pem) throws IOException {
        Files.writeString(directory.resolve(file), pem);
    }

    private byte[] question(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of("ocsp", "-issuer", "issuer.pem"));
        command.addAll(List.of(more));
        command.addAll(List.of("-reqout", "request.der"));
        openSsl.run(command.toArray(String[]::new));
        return Files.readAllBytes(directory.resolve("request.der"));
    }

    /** What openssl reads in the answer, which it has verified. */
    private String verified(byte[] answer, String... about) throws IOException {
        Files.write(directory.resolve("answer.der"), answer);
        List<String> command = new ArrayList<>(List.of("ocsp", "-issuer", "issuer.pem"));
        command.addAll(List.of(about));
        command.addAll(List.of("-no_nonce", "-respin", "answer.der", "-CAfile", "roots.pem"));
        command.addAll(List.of("-verify_other", "issuer.pem", "-text"));
        String text = openSsl.run(command.toArray(String[]::new));
        assertThat(text).contains("Response verify OK");
        return text;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-sha1", "-sha256", "-sha384", "-sha512"})
    void certificateThatWasIssued_isGood_thenRevoked(String digest) throws IOException {
        String[] about = {digest, "-cert", "leaf.pem"};
        assertThat(verified(publication.ocsp(question(about)).body(), about)).contains("leaf.pem: good");

        server.administrator()
                .post(
                        ApiClient.CERTIFICATES + "/" + request.certificateIds().get(0) + "/revoke",
                        Bodies.revocation("keyCompromise"))
                .expect(200);

        assertThat(verified(publication.ocsp(question(about)).body(), about))
                .contains("leaf.pem: revoked")
                .contains("Reason: keyCompromise");
        Publication second =
                new Publication(server.second().uri(), server.second().roots());
        assertThat(verified(second.ocsp(question(about)).body(), about)).contains("leaf.pem: revoked");
    }

    @Test
    void answer_isTheRespondersAndSaysSoInItsCertificate() throws IOException {
        verified(publication.ocsp(question("-cert", "leaf.pem")).body(), "-cert", "leaf.pem");

        String text = openSsl.run("ocsp", "-respin", "answer.der", "-noverify", "-text");

        assertThat(text)
                .contains("OCSP Signing")
                .contains("OCSP No Check")
                .containsPattern("X509v3 Key Usage: critical\\s+Digital Signature\\n");
    }

    /** RFC 9654. */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 32, 128})
    void nonce_isRepeated(int length) throws IOException {
        byte[] request = withNonce(length);
        assertThat(HexFormat.of().formatHex(publication.ocsp(request).body())).contains("aa".repeat(length));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 129})
    void nonceOfAnotherLength_isRefused(int length) throws IOException {
        assertThat(publication.ocsp(withNonce(length)).body()).isEqualTo(MALFORMED);
    }

    @Test
    void unknownExtension_isRefusedOnlyWhereItIsCritical() throws IOException {
        assertThat(publication
                        .ocsp(withExtension("1.2.3.4", false, new byte[] {5, 0}))
                        .body())
                .isNotEqualTo(MALFORMED);
        assertThat(publication
                        .ocsp(withExtension("1.2.3.4", true, new byte[] {5, 0}))
                        .body())
                .isEqualTo(MALFORMED);
    }

    private byte[] withNonce(int length) throws IOException {
        byte[] nonce = new byte[length];
        Arrays.fill(nonce, (byte) 0xaa);
        return withExtension("1.3.6.1.5.5.7.48.1.2", false, new DEROctetString(nonce).getEncoded());
    }

    private byte[] withExtension(String oid, boolean critical, byte[] value) throws IOException {
        try {
            OCSPReqBuilder builder = new OCSPReqBuilder();
            builder.addRequest(new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                    new X509CertificateHolder(X509.parsePem(Files.readString(directory.resolve("issuer.pem")))
                            .der()),
                    BigInteger.TEN));
            return builder.setRequestExtensions(
                            new Extensions(new Extension(new ASN1ObjectIdentifier(oid), critical, value)))
                    .build()
                    .getEncoded();
        } catch (OCSPException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void certificateOfTheCaItself_isGoodAtItsIssuer() throws IOException {
        Files.copy(directory.resolve("issuer.pem"), directory.resolve("leaf.pem"), StandardCopyOption.REPLACE_EXISTING);
        write("issuer.pem", server.first().roots() + "\n");

        assertThat(verified(publication.ocsp(question("-cert", "leaf.pem")).body(), "-cert", "leaf.pem"))
                .contains("leaf.pem: good");
    }

    @Test
    void serialThatNobodyIssued_isUnknown() throws IOException {
        String[] about = {"-serial", "0x0123456789abcdef0123456789abcdef"};
        assertThat(verified(publication.ocsp(question(about)).body(), about)).contains(": unknown");
    }

    @Test
    void byGet_isTheSame_andMayBeKeptForAWhile() throws IOException {
        byte[] question = question("-no_nonce", "-cert", "leaf.pem");
        String base64 = Base64.getEncoder().encodeToString(question);

        for (String path :
                List.of(base64, base64.replace("/", "%2F").replace("+", "%2B").replace("=", "%3D"))) {
            HttpResponse<byte[]> answer = publication.get("/ocsp/" + path);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/ocsp-response");
            assertThat(answer.headers().firstValue("Cache-Control").orElse(""))
                    .startsWith("public")
                    .containsPattern("max-age=[1-9]");
            assertThat(verified(answer.body(), "-cert", "leaf.pem")).contains("leaf.pem: good");
        }
        assertThat(publication.ocsp(question("-cert", "leaf.pem")).headers().firstValue("Cache-Control"))
                .hasValue("no-store");
    }

    /** Base64 of these octets is full of slashes, also side by side. */
    @Test
    void pathFullOfSlashes_isReadAsItStands() {
        byte[] octets = new byte[60];
        Arrays.fill(octets, (byte) 0xff);
        HttpResponse<byte[]> answer =
                publication.get("/ocsp/" + Base64.getEncoder().encodeToString(octets));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(MALFORMED);
        assertThat(publication.get("/ocsp/../v1/me").statusCode()).isEqualTo(400);
    }

    @Test
    void manyInOneRequest_areAllAnswered() throws IOException {
        List<String> about = new ArrayList<>(List.of("-cert", "leaf.pem"));
        for (int i = 1; i < 100; i++) {
            about.addAll(List.of("-serial", "0x" + HexFormat.of().toHexDigits(i)));
        }
        String text = verified(
                publication.ocsp(question(about.toArray(String[]::new))).body(), about.toArray(String[]::new));
        assertThat(text.lines().filter(line -> line.startsWith("0x") && line.endsWith(": unknown")))
                .hasSize(99);
        assertThat(text).contains("leaf.pem: good");
    }

    @Test
    void whatIsNoRequest_isAnsweredAsSuch() throws IOException {
        List<String> tooMany = new ArrayList<>();
        for (int i = 1; i <= 101; i++) {
            tooMany.addAll(List.of("-serial", "0x" + HexFormat.of().toHexDigits(i)));
        }
        byte[] whole = question("-cert", "leaf.pem");
        assertThat(publication.ocsp(question(tooMany.toArray(String[]::new))).body())
                .isEqualTo(MALFORMED);
        assertThat(publication.ocsp(new byte[0]).body()).isEqualTo(MALFORMED);
        assertThat(publication.get("/ocsp/MAA=").body()).isEqualTo(MALFORMED);
        for (int length : new int[] {1, 10, whole.length - 1}) {
            assertThat(publication.ocsp(Arrays.copyOf(whole, length)).body()).isEqualTo(MALFORMED);
        }
        byte[] withMore = Arrays.copyOf(whole, whole.length + 1);
        assertThat(publication.ocsp(withMore).body()).isEqualTo(MALFORMED);
        assertThat(publication.ocsp(new byte[16 * 1024 + 1]).statusCode()).isEqualTo(413);
    }

    @Test
    void issuerThatIsNotOurs_isNotSpokenFor() throws IOException {
        write("issuer.pem", TestCa.root(KeyKind.EC_P256).certificate().pem());
        assertThat(publication.ocsp(question("-serial", "0x0102")).body()).isEqualTo(UNAUTHORIZED);
    }

    /** The identities of agents are nobody's business: their CA is not published. */
    @Test
    void identityCa_isNotSpokenFor() throws IOException {
        byte[] identity = Await.value(
                        server.database().query("SELECT der FROM authorities WHERE role = 'identity'", Tuple.tuple()))
                .iterator()
                .next()
                .getBuffer("der")
                .getBytes();
        write("issuer.pem", X509.parse(identity).pem());
        assertThat(publication.ocsp(question("-serial", "0x0102")).body()).isEqualTo(UNAUTHORIZED);
    }

    /** A responder is stored before it is used: only an answer after the end of the one before shows that it is. */
    @Test
    void responder_isRenewedBeforeItEnds() throws IOException {
        List<byte[]> questions = List.of(question("-cert", "leaf.pem"), questionOfTheIssuer());
        int before = responders();
        server.clock().advance(Duration.ofDays(5));
        Until.is(() -> responders() == 2 * before, "another responder of each CA");

        server.clock().advance(Duration.ofDays(3));
        untilAnswered(questions);
        server.clock().set(Duration.ZERO);
        untilAnswered(questions);
    }

    private byte[] questionOfTheIssuer() throws IOException {
        write("roots-as-issuer.pem", server.first().roots() + "\n");
        openSsl.run("ocsp", "-issuer", "roots-as-issuer.pem", "-cert", "issuer.pem", "-reqout", "request.der");
        return Files.readAllBytes(directory.resolve("request.der"));
    }

    private void untilAnswered(List<byte[]> questions) {
        Until.is(
                () -> questions.stream()
                        .allMatch(question -> publication.ocsp(question).body().length > MALFORMED.length),
                "an answer of each CA");
    }

    private static int responders() {
        return Await.value(server.database()
                        .query(
                                "SELECT count(*)::integer AS counted FROM certificates WHERE org_id IS NULL AND"
                                        + " not_after - not_before < interval '8 days'",
                                Tuple.tuple()))
                .iterator()
                .next()
                .getInteger("counted");
    }
}
