package dev.perennial.server.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.process.IssuanceWay.Call;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.Consistency;
import dev.perennial.server.testing.DatabaseProxy;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.Moment;
import dev.perennial.server.testing.Moment.When;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reliability C1: the server is killed before and after each statement of an issuance, told what came of it or not, and
 * the client asks the next one again. When the blow falls is told by what PostgreSQL is sent ({@link DatabaseProxy}).
 * Submission is one statement, which is its own transaction; before it nothing but names and grants was read.
 */
final class KilledAtEachStepIT {
    private static final boolean LONG = Boolean.getBoolean("perennial.long");

    /** Of what the gate does once; the other statements, and the other ways, a long run does once too. */
    private static final int TIMES = LONG ? 5 : 1;

    private static final List<IssuanceWay> GATE = List.of(IssuanceWay.SUBMITTED, IssuanceWay.APPROVED);

    @RegisterExtension
    static final PostgresExtension POSTGRES = PostgresExtension.empty();

    @TempDir
    private static Path directory;

    /** One of each for all ways: a kill costs a start, which is nearly all of the time. */
    private static Path home;

    private static DatabaseUri uri;
    private static Database database;
    private static StoredIssuances stored;
    private static DatabaseProxy proxy;
    private static ServerProcess server;

    /** The certificate of each request, by id, as its client was told or has read it after the kill. */
    private static final Map<String, String> certificates = new HashMap<>();

    private int cases;

    @BeforeAll
    static void start() {
        home = directory.resolve("home");
        uri = POSTGRES.another();
        database = Database.open(POSTGRES.vertx(), uri, 2);
        stored = new StoredIssuances(database);
        proxy = DatabaseProxy.before(uri, directory.resolve("proxy"));
        startServer();
        ApiClient administrator = server.administrator();
        String authorityId = administrator.get(ApiClient.SIGNERS).expect(200).text("/signers/0/spec/ca_id");
        administrator
                .post(
                        ApiClient.SIGNERS,
                        Bodies.with(
                                Bodies.signer(IssuanceWay.HOLDING_SIGNER, authorityId, "server"), "policy", "person"))
                .expect(201);
    }

    private static void startServer() {
        server = ServerProcess.ready(home, "--database", proxy.uri());
    }

    /** What was acknowledged once is there after all the kills that came later, and nothing is wrong with the whole. */
    @AfterAll
    static void everythingIsThere() throws Exception {
        try {
            certificates.forEach((id, pem) -> assertThat(newest(id)).isEqualTo(pem));
            stored.requireNothingTwice();
            Consistency.check(database);
            server.close();
            audit("log");
            audit("certificates");
        } finally {
            server.close();
            proxy.close();
            Await.value(database.close());
        }
    }

    static Stream<IssuanceWay> ways() {
        return LONG ? Stream.of(IssuanceWay.values()) : GATE.stream();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void serverKilledAtEachStep_losesNothingAcknowledged_andIssuesOnce(IssuanceWay way) {
        List<String> transaction = undisturbed(way);
        for (int number = 0; number < transaction.size(); number++) {
            int times = times(way, transaction, number);
            boolean last = number == transaction.size() - 1;
            for (int time = 0; time < times; time++) {
                killAt(way, Moment.at(transaction, number, When.BEFORE), last);
                killAt(way, Moment.at(transaction, number, When.DONE), last);
                if (last) {
                    killAt(way, Moment.at(transaction, number, When.TOLD), true);
                    killAfterTheAnswer(way);
                }
            }
        }
    }

    /** The gate takes the first statement, the one with the certificate, and the last. */
    private static int times(IssuanceWay way, List<String> transaction, int number) {
        boolean sampled = number == 0
                || number == transaction.size() - 1
                || transaction.get(number).contains("INSERT INTO certificates");
        return sampled && GATE.contains(way) ? TIMES : LONG ? 1 : 0;
    }

    /** What the issuance sends to the database when nobody disturbs it. */
    private List<String> undisturbed(IssuanceWay way) {
        Call call = way.prepared(server.administrator(), nextName(way));
        proxy.forget();
        ApiClient.value(call.send(server.administrator())).expect(way.status(false));
        return proxy.transactionWith(way.statement());
    }

    private void killAt(IssuanceWay way, Moment moment, boolean isLast) {
        String name = nextName(way);
        Call call = way.prepared(server.administrator(), name);
        DatabaseProxy.Trap trap = proxy.trap(moment, server::kill);
        CompletableFuture<Exchange> answer = call.send(server.administrator());
        String sent = trap.awaitSprung();

        Optional<Exchange> told = told(answer);
        boolean committed = isLast && moment.when() != When.BEFORE;
        if (moment.when() != When.TOLD) {
            assertThat(told).as("%s: told too early", moment).isEmpty();
        }
        assertThat(stored.serials(name))
                .as("%s: certificates after the kill", moment)
                .hasSize(way.certificatesBefore() + (committed ? 1 : 0));
        askAgain(way, call, name, committed, told, moment.toString());
        // What was signed and not stored is signed anew, never under the same serial number.
        String newest = stored.serials(name).get(way.certificatesBefore());
        assertThat(sent.contains(newest))
                .as("%s: %s was sent before", moment, newest)
                .isEqualTo(committed);
    }

    private void killAfterTheAnswer(IssuanceWay way) {
        String name = nextName(way);
        Call call = way.prepared(server.administrator(), name);
        Exchange told = ApiClient.value(call.send(server.administrator())).expect(way.status(false));
        server.kill();
        askAgain(way, call, name, true, Optional.of(told), "after the answer");
    }

    /** As a client that has no answer does; whatever it was told, the request then has one new certificate. */
    private static void askAgain(
            IssuanceWay way, Call call, String name, boolean committed, Optional<Exchange> told, String when) {
        startServer();
        Exchange again = ApiClient.value(call.send(server.administrator())).expect(way.status(committed));
        String id = stored.requestId(name);
        if (again.problem().equals("duplicate")) {
            assertThat(again.text("/existing/id")).as(when).isEqualTo(id);
        }
        assertThat(stored.serials(name)).as("%s: certificates", when).hasSize(way.certificatesBefore() + 1);
        assertThat(stored.timesDone(name, way.action()))
                .as("%s: rows of the record", when)
                .isOne();
        assertThat(server.administrator().request(id).expect(200).state())
                .as(when)
                .isEqualTo("ISSUED");
        certificates.put(id, newest(id));
        told.ifPresent(answer -> assertThat(certificates).as(when).containsEntry(id, pem(answer)));
    }

    /** The answer, if one came before the kill. */
    private static Optional<Exchange> told(CompletableFuture<Exchange> answer) {
        try {
            return Optional.of(ApiClient.value(answer));
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(IOException.class);
            return Optional.empty();
        }
    }

    private static String newest(String id) {
        return pem(server.administrator().request(id).expect(200));
    }

    /** The newest certificate of a request, or the one that a reissue tells of. */
    private static String pem(Exchange answer) {
        int count = answer.at("/status/certificates").size();
        String where = count == 0 ? "/status/new_certificate" : "/status/certificates/" + (count - 1);
        return answer.text(where + "/spec/certificate");
    }

    private String nextName(IssuanceWay way) {
        return "n" + ++cases + "." + way.action() + ".test";
    }

    private static void audit(String what) throws Exception {
        Path output = directory.resolve("audit.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        ServerProcess.command("audit", what, "--home", home.toString(), "--database", uri.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("PERENNIAL_"));
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as("audit %s: %s", what, Files.readString(output))
                .isZero();
    }
}
