package dev.perennial.server.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.TestServer;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Exchange;
import io.vertx.sqlclient.Tuple;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Who guesses passwords learns nothing by how hard the server works, and is held up by where he comes from. */
class AttemptsIT {
    private static final String PASSWORD = "correct horse battery";
    private static final int MOST_BY_SOURCE = 100;

    /** An attempt is given back after a hundredth of a quarter of an hour. */
    private static final long NANOS_EACH = 9_000_000_000L;

    /** What one Argon2id takes: it is by its memory that hashes are counted here. */
    private static final long ONE_HASH = 19_456L * 1_024;

    @RegisterExtension
    static final TestServer server = TestServer.standard();

    /** All tests but one come from the one address that there is. */
    @BeforeEach
    void nothingWasTriedYet() {
        sql("DELETE FROM issuance_limits");
    }

    private static void account(String name, boolean enabled, boolean withPassword) {
        var body = Bodies.with(Bodies.account("default", name, List.of("reader")), "enabled", enabled);
        server.administrator()
                .post(ApiClient.ACCOUNTS, withPassword ? Bodies.with(body, "password", PASSWORD) : body)
                .expect(201);
    }

    @Test
    void anUnknownName_costsTheSameWork_asAWrongPassword() {
        account("known", true, true);
        account("disabled", false, true);
        account("without", true, false);
        for (String name : List.of(
                "known",
                "unknown",
                "disabled",
                "without",
                "elsewhere/known",
                "a/b",
                "a\u0000b/known",
                "\u0000",
                "/known")) {
            assertThat(hashes(name, "wrong wrong wrong")).as(name).isEqualTo(1);
        }
        // What cannot be anybody's costs nothing, whether the name is known or not.
        for (String name : List.of("known", "unknown", "x".repeat(257))) {
            assertThat(hashes(name, "w".repeat(257))).as(name).isZero();
        }
    }

    /** How many passwords were hashed for a refusal. */
    private static long hashes(String name, String password) {
        long before = allocated();
        server.nobody().withPassword(name, password).get("/v1/me").expectProblem(401, "unauthenticated");
        return Math.round((double) (allocated() - before) / ONE_HASH);
    }

    private static long allocated() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] ids = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("passwords"))
                .mapToLong(java.lang.management.ThreadInfo::getThreadId)
                .toArray();
        return Arrays.stream(threads.getThreadAllocatedBytes(ids)).sum();
    }

    @Test
    void theRightPassword_manyTimesAtOnce_isOneAttempt() {
        account("burst", true, true);
        ApiClient burst = server.nobody().withPassword("burst", PASSWORD);
        List<CompletableFuture<Exchange>> calls = new ArrayList<>();
        for (int call = 0; call < 60; call++) {
            calls.add(burst.sendAsync("GET", "/v1/me", null));
        }
        calls.forEach(call -> ApiClient.value(call).expect(200));
    }

    @Test
    void whatFailsForOurReasons_isNoAttempt() {
        account("ours", true, true);
        sql("UPDATE accounts SET password = 'broken' || password WHERE name = 'ours'");
        for (int call = 0; call < 12; call++) {
            server.nobody().withPassword("ours", PASSWORD).get("/v1/me").expectProblem(500, "internal");
        }
        sql("UPDATE accounts SET password = substr(password, 7) WHERE name = 'ours'");
        server.nobody().withPassword("ours", PASSWORD).get("/v1/me").expect(200);
    }

    /** Who tries one name in vain is held up for that, and not for the others behind his address. */
    @Test
    void whatTheLimitOfANameRefuses_countsNotForTheSource() {
        account("held", true, true);
        for (int wrong = 0; wrong < 10; wrong++) {
            server.nobody().withPassword("held", "wrong " + wrong).get("/v1/me").expectProblem(401, "unauthenticated");
        }
        for (int call = 0; call < MOST_BY_SOURCE; call++) {
            server.nobody().withPassword("held", "wrong again").get("/v1/me").expectProblem(429, "rateLimited");
        }
        server.nobody().withPassword("nobody", "wrong").get("/v1/me").expectProblem(401, "unauthenticated");
    }

    @Test
    void aNameIsHeldUp_whereverTheGuessesComeFrom_andASourceForItselfAlone(@TempDir Path directory) throws Exception {
        account("hunted", true, true);
        Path roots =
                Files.writeString(directory.resolve("roots.pem"), server.first().roots());
        for (int wrong = 0; wrong < 5; wrong++) {
            server.nobody()
                    .withPassword("hunted", "wrong " + wrong)
                    .get("/v1/me")
                    .expectProblem(401, "unauthenticated");
            assertThat(fromElsewhere(roots, "hunted")).isEqualTo("401");
        }
        assertThat(fromElsewhere(roots, "hunted")).isEqualTo("429");
        server.nobody().withPassword("hunted", PASSWORD).get("/v1/me").expectProblem(429, "rateLimited");
        // Whoever has used up what this address has is none of the other's business.
        sql("UPDATE issuance_limits SET arrival = now() + interval '1 hour'"
                + " WHERE caller = 'password of source' AND names_sha256 = sha256('127.0.0.1')");
        server.nobody().withPassword("nobody", "wrong").get("/v1/me").expectProblem(429, "rateLimited");
        assertThat(fromElsewhere(roots, "nobody")).isEqualTo("401");
    }

    /** The status of a wrong guess from another address of this machine. */
    private static String fromElsewhere(Path roots, String name) throws Exception {
        Process curl = new ProcessBuilder(List.of(
                        "curl",
                        "-s",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "--interface",
                        "127.0.0.2",
                        "--cacert",
                        roots.toString(),
                        "-u",
                        name + ":wrong wrong wrong",
                        server.uri() + "/v1/me"))
                .start();
        String status = new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(curl.waitFor()).isZero();
        return status;
    }

    private static void sql(String sql) {
        Await.value(server.database().query(sql, Tuple.tuple()));
    }

    /** In NFKC one character for two; the limits are those of that form. */
    @Test
    void aPasswordThatCanBeSet_opens() {
        String decomposed = "e\u0301".repeat(200);
        server.administrator()
                .post(
                        ApiClient.ACCOUNTS,
                        Bodies.with(Bodies.account("default", "long", List.of("reader")), "password", decomposed))
                .expect(201);
        server.nobody().withPassword("long", decomposed).get("/v1/me").expect(200);
        server.nobody().withPassword("long", "\u00e9".repeat(200)).get("/v1/me").expect(200);
    }

    @Test
    void whoIsNotIn_isToldBothSchemes() {
        assertThat(server.nobody().get("/v1/me").expect(401).headers().allValues("WWW-Authenticate"))
                .containsExactly("Bearer", "Basic realm=\"perennial\", charset=\"UTF-8\"");
    }

    @Test
    void aSource_hasAHundredAttempts_overAllNamesAndServers() {
        account("victim", true, true);
        ApiClient other = server.nobody().at(server.second().uri());
        long start = System.nanoTime();
        int tried = 0;
        long refused = 0;
        long allowed = 0;
        while (refused < 10) {
            List<CompletableFuture<Exchange>> calls = new ArrayList<>();
            for (int call = 0; call < 10; call++, tried++) {
                ApiClient at = tried % 2 == 0 ? server.nobody() : other;
                calls.add(at.withPassword("name" + tried, "wrong wrong wrong").sendAsync("GET", "/v1/me", null));
            }
            for (CompletableFuture<Exchange> call : calls) {
                Exchange answer = ApiClient.value(call);
                if (answer.status() == 429) {
                    refused++;
                    assertThat(Long.parseLong(
                                    answer.expectProblem(429, "rateLimited").header("Retry-After")))
                            .isBetween(1L, 10L);
                } else {
                    answer.expectProblem(401, "unauthenticated");
                    allowed++;
                }
            }
            long givenBack = (System.nanoTime() - start) / NANOS_EACH + 1;
            assertThat(allowed).isLessThanOrEqualTo(MOST_BY_SOURCE + givenBack);
        }
        assertThat(allowed).isGreaterThanOrEqualTo(MOST_BY_SOURCE);
        // What is no guessing goes on.
        server.administrator().get("/v1/me").expect(200);
    }
}
