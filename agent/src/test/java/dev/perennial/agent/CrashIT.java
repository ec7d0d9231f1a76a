package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.renewal.Phase;
import dev.perennial.agent.state.Step;
import dev.perennial.agent.testing.FakeServer;
import dev.perennial.agent.testing.TestAgent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that dies after any step (F1): the published pair is whole, and the next start ends where an undisturbed run
 * does, with one issuance. The gate samples the steps; {@code -Dperennial.long=true} takes all.
 */
final class CrashIT {
    private static final int CRASHED = 137;
    private static final Set<Step> GATE = EnumSet.of(
            Step.S3,
            Step.S4_ANSWERED,
            Step.S7,
            Step.S9_RENAMED,
            Step.S12,
            Step.S13,
            Step.I2,
            Step.R2_ANSWERED,
            Step.R2,
            Step.E2_ANSWERED);

    @TempDir
    private Path root;

    private FakeServer server;
    private TestAgent agent;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer();
        agent = new TestAgent(root, server);
        agent.configure(
                "hooks: {deploy: [[sh, -c, 'echo $CERT_SERIAL >> " + root.resolve("deployed") + "'], [\"true\"]]}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Stream<Step> steps(String kind) {
        boolean all = Boolean.getBoolean("perennial.long");
        return Arrays.stream(Step.values())
                .filter(step -> step.name().startsWith(kind))
                .filter(step -> all || GATE.contains(step));
    }

    static Stream<Step> installSteps() {
        return steps("S");
    }

    static Stream<Step> identitySteps() {
        return steps("I");
    }

    static Stream<Step> recoverySteps() {
        return steps("R");
    }

    static Stream<Step> enrolmentSteps() {
        return steps("E");
    }

    private static List<String> crashAt(Step step) {
        return List.of("-Dagent.crashAt=" + step);
    }

    @ParameterizedTest
    @MethodSource("installSteps")
    void firstInstallation_crashedAfter_convergesWithOneIssuance(Step step) throws Exception {
        agent.enrolled();
        assertThat(agent.inProcess(crashAt(step), agent.onceArguments())).isEqualTo(CRASHED);
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertSettled(1);
    }

    @ParameterizedTest
    @MethodSource("installSteps")
    void rotation_crashedAfter_neverBreaksThePair(Step step) throws Exception {
        agent.enrolled();
        assertThat(agent.once()).isZero();
        String before = agent.web().serialNumber();
        server.only().rotation = new dev.perennial.model.SigningRequestJson.Rotation(1, null, null);
        server.changed(server.only());
        int exit = agent.inProcess(crashAt(step), agent.onceArguments());
        agent.assertPair();
        assertThat(exit).isEqualTo(CRASHED);
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(agent.web().serialNumber()).isNotEqualTo(before);
        assertSettled(2);
    }

    /** F2: the power goes after the flip, and takes files of the new generation along. */
    @ParameterizedTest
    @ValueSource(strings = {"privkey.pem", "chain.pem"})
    void generationThatIsDamagedRightAfterItsFlip_isLeftForTheOneBefore(String file) throws Exception {
        agent.enrolled();
        assertThat(agent.once()).isZero();
        server.renew(server.only());
        assertThat(agent.inProcess(crashAt(Step.S12), agent.onceArguments())).isEqualTo(CRASHED);
        Files.write(agent.install.resolve("..gen-000002").resolve(file), new byte[0]);
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(agent.web().drift()).isNull();
        assertThat(agent.web().alarm()).contains("generation 2 is damaged");
        assertSettled(2);
    }

    @ParameterizedTest
    @MethodSource("identitySteps")
    void identityRenewal_crashedAfter_keepsTheAgentIn(Step step) throws Exception {
        agent.enrolled();
        assertThat(agent.once()).isZero();
        String record = "identity/current/identity.json";
        String text = Files.readString(agent.state.resolve(record));
        Files.writeString(
                agent.state.resolve(record),
                text.replaceAll("\"renewal_time\":\"[^\"]*\"", "\"renewal_time\":\"2020-01-01T00:00:00Z\""));
        assertThat(agent.inProcess(crashAt(step), agent.onceArguments())).isEqualTo(CRASHED);
        assertThat(agent.once()).isZero();
        server.renew(server.only());
        assertThat(agent.once()).isZero();
        assertThat(agent.web().generation()).isEqualTo(2);
        assertThat(server.identitiesIssued()).isBetween(2, 3);
        assertThat(Files.readString(agent.state.resolve(record))).contains("\"sequence\":2");
    }

    @ParameterizedTest
    @MethodSource("recoverySteps")
    void recovery_crashedAfter_goesOnWithTheSameIdentity(Step step) throws Exception {
        server.endIdentities(true);
        agent.enrolled();
        server.endIdentities(false);
        assertThat(agent.inProcess(crashAt(step), agent.onceArguments())).isEqualTo(CRASHED);
        assertThat(agent.once()).isZero();
        agent.assertPair();
        assertThat(server.identitiesIssued()).isEqualTo(2);
        assertThat(agent.status().identityRecovered()).isNotNull();
        assertThat(agent.state.resolve("identity/a")).doesNotExist();
        assertThat(server.issued()).isOne();
    }

    @ParameterizedTest
    @MethodSource("enrolmentSteps")
    void enrolment_crashedAfter_goesOnWithTheSameKey(Step step) throws Exception {
        assertThat(agent.inProcess(crashAt(step), agent.enrolArguments())).isEqualTo(CRASHED);
        assertThat(agent.enrol()).isZero();
        assertThat(agent.once()).isZero();
        agent.assertPair();
    }

    private void assertSettled(int issued) throws Exception {
        assertThat(server.issued()).isEqualTo(issued);
        assertThat(server.requests()).isEqualTo(1);
        assertThat(agent.web().phase()).isEqualTo(Phase.LIVE);
        assertThat(agent.web().reported()).isTrue();
        List<String> deployed = Files.readAllLines(root.resolve("deployed"));
        assertThat(deployed)
                .as("the live certificate was deployed")
                .endsWith(agent.web().serialNumber());
        try (Stream<Path> left = Files.walk(root)) {
            assertThat(left.filter(path -> path.toString().endsWith(".tmp"))).isEmpty();
        }
        assertThat(agent.state.resolve("certs/web/pending")).isEmptyDirectory();
    }
}
