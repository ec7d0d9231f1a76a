package dev.perennial.server.fastly;

import static dev.perennial.server.testing.FastlyBodies.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.FastlyBodies;
import dev.perennial.server.testing.OpenSsl;
import dev.perennial.server.testing.TestCsrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Private keys at Fastly's door (contracts/fastly.md §5), made by {@code openssl}. */
class FastlyKeysIT {
    private static final String PATH = "/tls/private_keys";

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    private final ApiClient api = server.account(List.of("requester"), "**").api();

    @TempDir
    private Path directory;

    private String made(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(1, List.of("-out", "key.pem"));
        new OpenSsl(directory).run(all.toArray(String[]::new));
        return Files.readString(directory.resolve("key.pem"));
    }

    private Exchange taken(String pem) {
        return api.post(PATH, FastlyBodies.key(pem)).expect(201);
    }

    @Test
    void keysOfEveryForm_areTaken_andNeverGivenOut() throws IOException {
        Exchange rsa = taken(made("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"));
        Exchange traditional = taken(made("genrsa", "-traditional", "3072"));
        assertThat(traditional.at("/data/attributes/key_length").asInt()).isEqualTo(3072);
        Exchange ec = taken(made("ecparam", "-name", "prime256v1", "-genkey", "-noout"));
        taken(made("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp384r1"));
        for (Exchange one : List.of(rsa, traditional, ec, api.get(PATH).expect(200))) {
            assertThat(one.body().toString()).doesNotContain("PRIVATE").doesNotContain("BEGIN");
        }
    }

    @Test
    void whatIsNoKey_orAWeakOne_isRefused() throws IOException {
        String encrypted = made(
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-aes256",
                "-pass",
                "pass:secret");
        String small = made("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024");
        String otherCurve = made("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:secp521r1");
        String twice = made("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
                .repeat(2);
        for (String pem : List.of(encrypted, small, otherCurve, twice, "nonsense", TestCsrs.p256("a.test"))) {
            Exchange refused = api.post(PATH, FastlyBodies.key(pem)).expect(400);
            assertThat(refused.header("Content-Type")).isEqualTo("application/vnd.api+json");
            assertThat(refused.text("/errors/0/detail")).isNotBlank();
        }
        ObjectNode without = FastlyBodies.data("tls_private_key");
        assertThat(api.post(PATH, without).expect(400).text("/errors/0/detail")).contains("key is required");
        ObjectNode longName = FastlyBodies.key(TestCsrs.keyPair());
        attributes(longName).put("name", "x".repeat(256));
        api.post(PATH, longName).expect(400);
    }

    @Test
    void sameKey_isTakenOnce() {
        ObjectNode body = FastlyBodies.key(TestCsrs.keyPair());
        api.post(PATH, body).expect(201);
        assertThat(api.post(PATH, body).expect(409).text("/errors/0/detail")).contains("has that key already");
    }

    @Test
    void list_isPaged_andKeysInUseAreNotDeleted() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(api.post(PATH, FastlyBodies.key(TestCsrs.keyPair()))
                    .expect(201)
                    .text("/data/id"));
        }
        ObjectNode request = FastlyBodies.request("uses.test");
        attributes(request).remove("key_type");
        attributes(request).put("relationships.tls_private_key.id", ids.get(1));
        String requestId = api.post("/tls/certificate_signing_requests", request)
                .expect(201)
                .text("/data/id");

        Exchange first = api.get(PATH + "?page%5Bsize%5D=2").expect(200);
        assertThat(first.at("/data")).hasSize(2);
        assertThat(first.at("/meta/total_pages").asInt()).isEqualTo(3);
        Exchange last = api.get(PATH + "?page%5Bsize%5D=2&page%5Bnumber%5D=3").expect(200);
        assertThat(last.at("/data")).hasSize(1);
        assertThat(last.text("/links/prev")).isEqualTo(PATH + "?page[number]=2&page[size]=2");
        Exchange unused = api.get(PATH + "?filter%5Bin_use%5D=false").expect(200);
        assertThat(unused.at("/data")).hasSize(4);
        assertThat(unused.body().toString()).doesNotContain(ids.get(1));
        api.get(PATH + "?filter%5Bin_use%5D=true").expect(400);
        api.get(PATH + "?page%5Bsize%5D=0").expect(400);

        assertThat(api.get(PATH + "/" + ids.get(1)).expect(200).text("/data/id"))
                .isEqualTo(ids.get(1));
        assertThat(api.delete(PATH + "/" + ids.get(1)).expect(409).text("/errors/0/detail"))
                .contains("a signing request holds the key");
        api.delete(ApiClient.REQUESTS + "/" + requestId).expect(204);
        api.delete(PATH + "/" + ids.get(1)).expect(204);
        api.get(PATH + "/" + ids.get(1)).expect(404);
        api.delete(PATH + "/" + ids.get(1)).expect(404);
    }
}
