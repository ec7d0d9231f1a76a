package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Access tokens. */
@Command(name = "tokens", description = "List access tokens, or make and take back one.")
final class TokenCommands {
    static final String PATH = "/v1/access_tokens";

    private final Session session;
    private final Accounts accounts;

    TokenCommands(Session session) {
        this.session = session;
        this.accounts = new Accounts(session);
    }

    @Command(description = "List the tokens that are still good, without their secrets.")
    int list(
            @Mixin Listing listing,
            @Mixin OrganisationFilter organisation,
            @Option(names = "--account", paramLabel = "ACCOUNT", description = "Only those of this account.") @Nullable
                    String account)
            throws Exception {
        Query query = new Query(PATH).add("account", account == null ? null : accounts.id(account));
        Table table = new Table("ID", "ACCOUNT", "ORGANISATION", "ROLES", "NAMES", "EXPIRES");
        return listing.show(
                session,
                Listing.Source.whole(organisation.addTo(query), "access_tokens", "access tokens"),
                table,
                token -> table.row(
                        token.text("/metadata/id"),
                        token.text("/status/account_name"),
                        token.text("/spec/org_id"),
                        token.at("/spec/roles").isThere()
                                ? String.join(" ", token.at("/spec/roles").texts())
                                : "all",
                        token.at("/spec/names").isThere()
                                ? Names.brief(token.at("/spec/names").texts())
                                : "all",
                        session.times().brief(token.text("/status/expires"))));
    }

    @Command(
            description = {
                "Make an access token.",
                "Prints the secret alone on standard output, this once. Without --account it is your own, and your password is"
                        + " asked for: a token makes no tokens for itself."
            },
            footer = {
                "",
                "  TOKEN=$(perennial admin tokens create --account ci --role requester --names '**.ci.example.com'"
                        + " --expires P30D)"
            })
    int create(
            @Option(names = "--account", paramLabel = "ACCOUNT", description = "Whose: an id or a name.") @Nullable
                    String account,
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            completionCandidates = Words.Roles.class,
                            description = "Of the account's roles only this; may be repeated.")
                    @Nullable
                    List<String> roles,
            @Option(
                            names = "--names",
                            paramLabel = "PATTERN",
                            description = "Of the account's names only these; may be repeated.")
                    @Nullable
                    List<String> names,
            @Option(
                            names = "--expires",
                            paramLabel = "DURATION",
                            defaultValue = "PT1H",
                            description = "How long it lasts; ${DEFAULT-VALUE} where absent.")
                    String expires,
            @Option(
                            names = "--password-file",
                            paramLabel = "FILE",
                            description = "Your own password; - for standard input.")
                    @Nullable
                    String passwordFile)
            throws Exception {
        Map<String, Object> spec = new HashMap<>(Map.of("expires", expires));
        if (roles != null) {
            spec.put("roles", roles);
        }
        if (names != null) {
            spec.put("names", names);
        }
        JsonTree answer;
        if (account == null) {
            String password = session.secrets().password(passwordFile, "--password-file", "Your password");
            answer = session.withPassword(accounts.ownUser(), password)
                    .post(PATH, Map.of("spec", spec))
                    .document();
        } else {
            spec.put("account", accounts.id(account));
            answer = session.post(PATH, Map.of("spec", spec));
        }
        session.dialogue().secret(answer, "access token");
        return Reply.WELL;
    }

    @Command(description = "Take a token back, so that it opens nothing from now on.")
    int delete(@Parameters(paramLabel = "ID", description = "The token's.") String id, @Mixin Consent consent)
            throws Exception {
        String path = PATH + "/" + Session.id(id);
        session.dialogue().confirm(consent.isGiven(), "Take the access token " + id + " back?");
        session.delete(path);
        session.dialogue().deleted("access token", id);
        return Reply.WELL;
    }
}
