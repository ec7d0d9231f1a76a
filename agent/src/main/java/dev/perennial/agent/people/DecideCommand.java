package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a person decides about a request, always about the very PKCS#10 that was shown. */
abstract class DecideCommand implements Callable<Integer> {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private final Session session;
    private final String verb;
    private final String done;

    @Parameters(paramLabel = "ID", description = "The request's.")
    private String given = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why; it stands in the audit record, and the requester reads it.")
    private String reason = "";

    @Option(
            names = "--pkcs10-sha256",
            paramLabel = "HEX",
            description = "Decide about this PKCS#10 and no other, as 'show' has shown it; nothing is asked.")
    private @Nullable String sha256;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask, and decide about what is there now.")
    private boolean yes;

    /** What goes into the body beside the reason and the hash. */
    void addTo(Map<String, Object> body) throws ConfigException {}

    private DecideCommand(Session session, String verb, String done) {
        this.session = session;
        this.verb = verb;
        this.done = done;
    }

    @Command(
            name = "approve",
            description = {
                "Approve a request: what it asks for is issued.",
                "Shows the request and asks; where there is no terminal, --pkcs10-sha256 or --yes says it. The decision is"
                        + " sent with the hash of the PKCS#10 that was shown, and the server refuses it where another"
                        + " has come meanwhile."
            },
            footer = {
                "",
                "  perennial admin approve ID --reason 'ticket 4711'",
                "  perennial admin approve ID --reason 'ticket 4711' --authority CA --validity P90D"
            })
    static final class Approve extends DecideCommand {
        @Option(
                names = "--authority",
                paramLabel = "ID",
                description = "The CA that is to sign, where the signer is manual and has none of its own.")
        private @Nullable String authority;

        @Option(
                names = "--validity",
                paramLabel = "DURATION",
                description = "How long that certificate lasts, such as P90D; the signer's validity where absent.")
        private @Nullable String validity;

        @Override
        void addTo(Map<String, Object> body) throws ConfigException {
            if (authority != null) {
                body.put("ca_id", Session.id(authority));
            }
            if (validity != null) {
                body.put("validity", validity);
            }
        }

        Approve(Session session) {
            super(session, "approve", "approved");
        }
    }

    @Command(
            name = "deny",
            description = {
                "Deny a request.",
                "Where a certificate is in use already, it stays and goes on being renewed."
            },
            footer = {"", "  perennial admin deny ID --reason 'not our domain'"})
    static final class Deny extends DecideCommand {
        Deny(Session session) {
            super(session, "deny", "denied");
        }
    }

    @Override
    public Integer call() throws Exception {
        String path = Paths.REQUESTS + "/" + Session.id(given);
        RequestView view = new RequestView(session.get(path), session.times());
        boolean unasked = yes || sha256 != null;
        session.dialogue().present(view.details(), unasked);
        session.dialogue()
                .confirm(
                        unasked,
                        "Is it to be " + done + "?",
                        "--pkcs10-sha256 HEX of what 'show' has shown, or --yes for whatever is there now");
        Map<String, Object> body = new HashMap<>(Map.of("reason", reason));
        String hash = sha256 == null ? view.decidedHash() : checked(sha256);
        if (hash != null) {
            body.put("pkcs10_sha256", hash);
        }
        addTo(body);
        JsonTree answer = session.post(path + "/" + verb, body);
        session.dialogue().done(answer, done + " " + given + ": now " + Visible.of(answer.text("/status/state")));
        return Reply.WELL;
    }

    private static String checked(String sha256) throws ConfigException {
        String hash = sha256.toLowerCase(Locale.ROOT);
        if (!SHA256.matcher(hash).matches()) {
            throw new ConfigException("--pkcs10-sha256 must be 64 hexadecimal digits");
        }
        return hash;
    }
}
