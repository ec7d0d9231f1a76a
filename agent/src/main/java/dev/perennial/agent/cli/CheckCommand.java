package dev.perennial.agent.cli;

import dev.perennial.agent.config.AgentConfig;
import dev.perennial.agent.config.CertificateConfig;
import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.ConfigReader;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.identity.Identity;
import dev.perennial.agent.identity.IdentitySlots;
import dev.perennial.agent.install.Manifest;
import dev.perennial.agent.install.Preflight;
import dev.perennial.agent.install.PublishedDirectory;
import dev.perennial.agent.state.StateDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: whether the configuration can work on this host and what stands there is whole; asks no server. */
@Command(
        name = "check",
        description = "Check configuration, identity, target directories and what is installed. Asks no server.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    private final Chance chance;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private @Nullable Output output;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The configuration.")
    private java.nio.file.Path config = java.nio.file.Path.of("");

    private final List<String> findings = new ArrayList<>();

    CheckCommand(Chance chance) {
        this.chance = chance;
    }

    @Override
    public Integer call() throws ConfigException {
        AgentConfig read = ConfigReader.read(config);
        StateDirectory directory = new StateDirectory(read.state());
        check("identity", () -> checkIdentity(directory));
        for (CertificateConfig certificate : read.certificates()) {
            check(certificate.name(), () -> checkInstalled(certificate));
            check(certificate.name(), () -> checkPlaces(certificate, directory));
        }
        int count = read.certificates().size();
        Reply reply = findings.isEmpty()
                ? Reply.line(
                        Reply.WELL, "well: " + count + (count == 1 ? " certificate" : " certificates") + " configured")
                : new Reply(Reply.FAILED, findings, null);
        return Checked.of(output).print(Checked.of(spec), reply);
    }

    /** One thing to look at. */
    private interface Look {
        void look() throws IOException;
    }

    private void check(String what, Look look) {
        try {
            look.look();
        } catch (IOException e) {
            findings.add(what + ": " + e);
        }
    }

    private void checkIdentity(StateDirectory directory) throws IOException {
        Optional<Identity> identity = new IdentitySlots(directory.identity()).current();
        if (identity.isEmpty()) {
            findings.add("identity: not enrolled");
        } else if (!identity.get().notAfter().isAfter(chance.clock().instant())) {
            findings.add("identity: expired " + identity.get().notAfter());
        }
    }

    private void checkPlaces(CertificateConfig certificate, StateDirectory directory) throws IOException {
        new Preflight(new PublishedDirectory(certificate.directory()), directory.root(), certificate.deploy()).check();
    }

    private void checkInstalled(CertificateConfig certificate) throws IOException {
        PublishedDirectory published = new PublishedDirectory(certificate.directory());
        int live = published.live();
        if (live == 0) {
            return;
        }
        Manifest manifest = published.verify(live);
        if (!manifest.notAfter().isAfter(chance.clock().instant())) {
            findings.add(certificate.name() + ": expired " + manifest.notAfter());
        }
    }
}
