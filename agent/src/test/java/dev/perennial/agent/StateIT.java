package dev.perennial.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.install.PublishedDirectory;
import dev.perennial.agent.renewal.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state on disk: of another version, damaged, or only looked at. */
final class StateIT extends EnrolledAgent {
    /** F44. */
    @ParameterizedTest
    @ValueSource(strings = {"state.json", "certs/web/state.json"})
    void stateOfANewerAgent_isNeitherReadNorTouched(String name) throws Exception {
        assertThat(agent.once()).isZero();
        Path file = agent.state.resolve(name);
        String newer = Files.readString(file).replace("\"schema\":1", "\"schema\":2");
        Files.writeString(file, newer);
        assertThat(agent.once()).isEqualTo(2);
        assertThat(file).hasContent(newer);
        agent.assertPair();
    }

    /** F44: an older agent left things out that are known now, and a newer one of this schema may have added some. */
    @Test
    void stateWithOtherFields_isRead() throws Exception {
        assertThat(agent.once()).isZero();
        Path file = agent.state.resolve("certs/web/state.json");
        Files.writeString(
                file,
                Files.readString(file)
                        .replaceAll("\"directory\":\"[^\"]*\",", "\"of_tomorrow\":{\"a\":[1]},")
                        .replace("\"hooks_done\":[],", ""));
        server.renew(server.only());
        assertThat(agent.once()).isZero();
        assertThat(agent.web().generation()).isEqualTo(2);
        agent.assertPair();
    }

    @Test
    void damagedStateOfOneCertificate_stopsThatOneAlone() throws Exception {
        Path other = root.resolve("other");
        Files.writeString(
                agent.config,
                Files.readString(agent.config) + "  - {name: other, dns: [other.example], install: {directory: " + other
                        + "}}\n");
        assertThat(agent.once()).isZero();
        Path file = agent.state.resolve("certs/web/state.json");
        String whole = Files.readString(file);
        Files.writeString(file, whole.substring(0, 40));
        server.renew(server.held("r2"));
        assertThat(agent.once()).isEqualTo(1);
        assertThat(agent.status().certificates())
                .filteredOn(certificate -> certificate.name().equals("web"))
                .singleElement()
                .satisfies(web -> {
                    assertThat(web.phase()).isEqualTo(Phase.FAILED);
                    assertThat(web.message()).contains("state.json is damaged");
                });
        assertThat(new PublishedDirectory(other).live()).isEqualTo(2);
        assertThat(agent.run("renew", "web")).isEqualTo(1);
        assertThat(agent.run("status")).isEqualTo(1);
        Files.writeString(file, whole);
        assertThat(agent.once()).isZero();
        assertThat(agent.run("status")).isZero();
    }

    @Test
    void check_leavesEverythingAsItIs() throws Exception {
        Path growing = Files.createDirectories(agent.install.resolve("..gen-000009.tmp"));
        assertThat(agent.run("check")).isZero();
        assertThat(growing).exists();
        Files.delete(growing);
        Files.delete(agent.install);
        assertThat(agent.run("check")).isZero();
        assertThat(agent.install).doesNotExist();
        assertThat(agent.state.resolve("certs/web")).doesNotExist();
    }
}
