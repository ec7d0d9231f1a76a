package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin rotate}: the standing signal for a new key. */
@Command(
        name = "rotate",
        description = {
            "Ask the holder of a request for a new key.",
            "Its agent makes one by itself; the old certificates are revoked once the new one is in use, or at the"
                    + " deadline."
        },
        footer = {"", "  perennial admin rotate ID --reason 'laptop lost' --deadline P2D"})
final class RotateCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "ID", description = "The request's.")
    private String given = "";

    @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why.")
    private String reason = "";

    @Option(
            names = "--deadline",
            paramLabel = "WHEN",
            description = "By when: P2D (from now), 2027-01-31, or an RFC 3339 instant.")
    private @Nullable String deadline;

    RotateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        String path = Paths.REQUESTS + "/" + Session.id(given);
        Map<String, Object> rotation = new LinkedHashMap<>(Map.of("reason", reason));
        if (deadline != null) {
            rotation.put("deadline", session.times().ahead(deadline));
        }
        JsonTree answer = session.change(path, spec -> {
            spec.put("rotate_keys", true);
            spec.put("rotation", rotation);
        });
        session.dialogue().done(answer, "asked for a new key of " + given);
        return Reply.WELL;
    }
}
