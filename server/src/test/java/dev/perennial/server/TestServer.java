package dev.perennial.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.server.auditor.AuditReport;
import dev.perennial.server.auditor.CertificateAuditor;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.csr.IssuanceLimit;
import dev.perennial.server.db.Database;
import dev.perennial.server.db.DatabaseUri;
import dev.perennial.server.egress.AddressRange;
import dev.perennial.server.oidc.TrustedIssuer;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.renewal.Retention;
import dev.perennial.server.testing.ApiClient;
import dev.perennial.server.testing.Await;
import dev.perennial.server.testing.Bodies;
import dev.perennial.server.testing.ClientIdentity;
import dev.perennial.server.testing.Consistency;
import dev.perennial.server.testing.DatabaseLog;
import dev.perennial.server.testing.Exchange;
import dev.perennial.server.testing.PostgresExtension;
import dev.perennial.server.testing.TestClock;
import dev.perennial.server.testing.TestCsrs;
import dev.perennial.server.testing.Until;
import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real server on a fresh database, for the tests of one class, over real HTTPS. After each test the database is looked
 * through ({@link Consistency}), and no event loop may have been held for longer than {@link RunningServer#LIMIT}.
 */
public final class TestServer implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final PostgresExtension postgres = PostgresExtension.empty();
    private final TestClock clock = new TestClock();
    private final Map<String, SignerTerms> signers = new TreeMap<>();
    private final List<RunningServer> running = new ArrayList<>();
    private final List<List<String>> hostnames = new ArrayList<>();
    private final AtomicInteger accounts = new AtomicInteger();
    private IssuanceLimit limit = IssuanceLimit.standard();
    private Duration approvalExpiry = Settings.APPROVAL_EXPIRY;
    private Duration identityValidity = Settings.IDENTITY_VALIDITY;
    private List<TrustedIssuer> issuers = List.of();
    private List<AddressRange> reachable = List.of();
    private Retention retention = Retention.standard();

    private TestServer() {}

    public static TestServer standard() {
        return new TestServer();
    }

    /** With certificates that live that long. */
    public TestServer validity(Duration validity) {
        return signer("perennial.dev/server", SignerTerms.lasting(validity))
                .signer("perennial.dev/client", SignerTerms.lasting(validity));
    }

    public TestServer signer(String name, SignerTerms terms) {
        signers.put(name, terms);
        return this;
    }

    public TestServer limit(int count, Duration per) {
        limit = new IssuanceLimit(count, per);
        return this;
    }

    public TestServer identityValidity(Duration validity) {
        identityValidity = validity;
        return this;
    }

    /** With signers that hold for a person what grants do not cover, or ask one each time. */
    public TestServer approval(Approval approval, boolean fourEyes) {
        SignerTerms terms = new SignerTerms(null, null, approval, fourEyes, null);
        return signer("perennial.dev/server", terms).signer("perennial.dev/client", terms);
    }

    public TestServer approvalExpiry(Duration expiry) {
        approvalExpiry = expiry;
        return this;
    }

    /** Lets callers in whom that issuer knows, on this machine. */
    public TestServer issuer(TrustedIssuer issuer) {
        issuers = List.of(issuer);
        reachable = List.of(AddressRange.parse("127.0.0.0/8"));
        return this;
    }

    /** With a clock that is behind the database's, until a test sets it right. */
    public TestServer behind(Duration duration) {
        clock.set(duration.negated());
        return this;
    }

    public TestServer retention(Retention longest) {
        retention = longest;
        return this;
    }

    /** Gives the first server this further name, and the second that one. */
    public TestServer hostnames(String first, String second) {
        hostnames.add(List.of(first));
        hostnames.add(List.of(second));
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        postgres.beforeAll(context);
        running.add(RunningServer.start(postgres.uri(), settings(), clock, null));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        running.forEach(RunningServer::requireFreeEventLoops);
        Consistency.check(database());
    }

    /** Everything that the class has had signed is looked through once more, and what the clock still has to do is awaited. */
    @Override
    public void afterAll(ExtensionContext context) {
        Until.is(() -> audit().isClean(), () -> audit().findings().toString());
        running.forEach(RunningServer::close);
        postgres.afterAll(context);
    }

    /** What the auditor finds in the database as it is now. */
    public AuditReport audit() {
        return Await.value(new CertificateAuditor(postgres.vertx(), database(), clock).audit());
    }

    /** Of the server that is started next. */
    private Settings settings() {
        List<String> names = running.size() < hostnames.size() ? hostnames.get(running.size()) : List.of();
        return new Settings(
                null,
                names,
                null,
                Map.copyOf(signers),
                limit,
                identityValidity,
                approvalExpiry,
                issuers,
                reachable,
                retention);
    }

    /** The same database served by one more server; it lives as long as the first. */
    public RunningServer second() {
        if (running.size() == 1) {
            running.add(RunningServer.start(postgres.uri(), settings(), clock, running.get(0)));
        }
        return running.get(1);
    }

    /** Ends the first server and starts it again at another port, with what was set of it meanwhile. */
    public void restart() {
        RunningServer ended = running.get(0);
        ended.stop();
        running.set(0, RunningServer.start(postgres.uri(), settings(), clock, ended));
        ended.deleteHome();
    }

    public RunningServer first() {
        return running.get(0);
    }

    public URI uri() {
        return first().uri();
    }

    public TestClock clock() {
        return clock;
    }

    public Database database() {
        return postgres.database();
    }

    public DatabaseLog databaseLog() {
        return postgres.log();
    }

    public DatabaseUri databaseUri() {
        return postgres.uri();
    }

    public ApiClient nobody() {
        return first().nobody();
    }

    public ApiClient administrator() {
        return first().administrator();
    }

    /** An account that was just made, and a client that comes with an access token of it. */
    public record MadeAccount(String id, String name, ApiClient api) {}

    /** Makes an account of the organisation {@code default} with those roles and names. */
    public MadeAccount account(List<String> roles, String... names) {
        return accountOf("default", roles, names);
    }

    public MadeAccount accountOf(String orgId, List<String> roles, String... names) {
        String name = "account" + accounts.incrementAndGet();
        String id = administrator()
                .post(ApiClient.ACCOUNTS, Bodies.account(orgId, name, roles, names))
                .expect(201)
                .id();
        String token = administrator()
                .post(ApiClient.ACCESS_TOKENS, Bodies.spec(Map.of("account", id)))
                .expect(201)
                .text("/status/token");
        return new MadeAccount(id, name, nobody().withToken(token));
    }

    /** An account that comes in by that certificate as well. */
    public MadeAccount accountOf(ClientIdentity identity, List<String> roles, String... names) {
        String password = "correct horse battery";
        MadeAccount account = account(roles, names);
        String path = ApiClient.ACCOUNTS + "/" + account.id();
        administrator()
                .post(path + "/password", Bodies.spec(Map.of("password", password)))
                .expect(200);
        nobody().as(identity)
                .withPassword(account.name(), password)
                .send("POST", path + "/client_certificates", null)
                .expect(201);
        return account;
    }

    /** Makes an organisation that may have those names, and returns its id. */
    public String organisation(String... names) {
        return administrator()
                .post(
                        ApiClient.ORGANISATIONS,
                        Bodies.spec(
                                Map.of("name", "organisation " + accounts.incrementAndGet(), "names", List.of(names))))
                .expect(201)
                .id();
    }

    /** The id of the CA that the first signers sign with. */
    public String authorityId() {
        return signerNamed("perennial.dev/server").at("/spec/ca_id").asText();
    }

    /** What the API shows of the signer of that name. */
    public JsonNode signerNamed(String name) {
        for (JsonNode signer :
                administrator().get(ApiClient.SIGNERS).expect(200).at("/signers")) {
            if (signer.at("/spec/name").asText().equals(name)) {
                return signer;
            }
        }
        throw new AssertionError("there is no signer " + name);
    }

    /** An agent that was just enrolled. */
    public record EnrolledAgent(String id, ClientIdentity identity, ApiClient api) {}

    /** Enrols an agent that may ask for those names. */
    public EnrolledAgent agent(String... names) {
        KeyPair keyPair = TestCsrs.keyPair();
        String token = administrator().enrolmentToken(names);
        Exchange enrolled = nobody().enrol(token, "host", keyPair).expect(201);
        ClientIdentity identity = ClientIdentity.of(keyPair, enrolled.text("/status/identity"));
        return new EnrolledAgent(enrolled.id(), identity, nobody().as(identity));
    }
}
