package dev.perennial.agent.cli;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.Fingerprint;
import dev.perennial.agent.config.GivenFile;
import dev.perennial.agent.config.ServerUrl;
import dev.perennial.agent.daemon.HttpThreads;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.identity.Enrolment;
import dev.perennial.agent.identity.Identity;
import dev.perennial.agent.server.Bearer;
import dev.perennial.agent.server.ServerException;
import dev.perennial.agent.state.StateDirectory;
import dev.perennial.agent.state.StateLock;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code enroll}: the first contact with a server. */
@Command(
        name = "enroll",
        description = "Give this host an identity at a server. Interrupted, the same command goes on.",
        mixinStandardHelpOptions = true)
final class EnrolCommand implements Callable<Integer> {
    private final Chance chance;
    private final InputStream standardInput;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private @Nullable Output output;

    @Option(names = "--server", required = true, paramLabel = "URL", description = "https://HOST:PORT")
    private String server = "";

    @ArgGroup(multiplicity = "1")
    private @Nullable Token token;

    /** The enrolment token, said in one of two ways. */
    static final class Token {
        @Option(names = "--token", paramLabel = "T", description = "The enrolment token; all on this host can see it.")
        private @Nullable String text;

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "A file with the enrolment token in its first line; - for standard input.")
        private @Nullable String file;

        String read(InputStream standardInput) throws ConfigException {
            return Bearer.checked(file == null ? Checked.of(text) : GivenFile.secret(file, standardInput));
        }
    }

    @Option(
            names = "--ca-fingerprint",
            required = true,
            paramLabel = "sha256:HEX",
            description = "SHA-256 of the DER of the server's root; nothing secret is sent before it is verified.")
    private String fingerprint = "";

    @Option(names = "--state", required = true, paramLabel = "DIR", description = "The agent's state directory.")
    private Path state = Path.of("");

    @Option(names = "--name", paramLabel = "NAME", description = "The agent's name; the host's where absent.")
    private @Nullable String name;

    EnrolCommand(Chance chance, InputStream standardInput) {
        this.chance = chance;
        this.standardInput = standardInput;
    }

    @Override
    public Integer call() throws ConfigException, IOException, StateLock.LockedException, ServerException {
        URI url = ServerUrl.parse(server);
        String pin = Fingerprint.parse(fingerprint);
        StateDirectory directory = new StateDirectory(state);
        StateLock lock = directory.lock();
        try (HttpThreads threads = new HttpThreads()) {
            directory.prepare();
            Enrolment enrolment = new Enrolment(directory, chance.random(), chance.clock(), threads.executor());
            Optional<Identity> existing = enrolment.existing(url);
            Identity identity = existing.isPresent()
                    ? existing.get()
                    : enrolment.enrol(
                            url, Checked.of(token).read(standardInput), pin, name == null ? hostName() : name);
            String line = (existing.isPresent() ? "already enrolled at " : "enrolled at ") + url + " as "
                    + identity.record().name() + ", connector "
                    + identity.record().connectorId() + ", identity valid until " + identity.notAfter();
            return Checked.of(output).print(Checked.of(spec), Reply.line(Reply.WELL, line));
        } finally {
            lock.close();
        }
    }

    private static String hostName() throws IOException {
        return InetAddress.getLocalHost().getHostName();
    }
}
