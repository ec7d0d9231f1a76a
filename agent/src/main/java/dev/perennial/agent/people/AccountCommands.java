package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.AdminApi;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Accounts. */
@Command(name = "accounts", description = "List accounts, or make, change and take away one.")
final class AccountCommands {
    private static final String PATH = Accounts.PATH;

    private final Session session;
    private final Accounts accounts;

    AccountCommands(Session session) {
        this.session = session;
        this.accounts = new Accounts(session);
    }

    @Command(description = "List accounts.")
    int list(@Mixin Listing listing, @Mixin OrganisationFilter organisation) throws Exception {
        Table table = new Table("ID", "NAME", "ORGANISATION", "ROLES", "NAMES", "ENABLED", "PASSWORD");
        return listing.show(
                session,
                Listing.Source.whole(organisation.addTo(new Query(PATH)), "accounts", "accounts"),
                table,
                account -> table.row(
                        account.text("/metadata/id"),
                        account.text("/spec/name"),
                        account.text("/spec/org_id"),
                        String.join(" ", account.at("/spec/roles").texts()),
                        Names.brief(account.at("/spec/names").texts()),
                        yes(account.text("/spec/enabled")),
                        yes(account.text("/status/has_password"))));
    }

    private static String yes(String flag) {
        return flag.equals("true") ? "yes" : "no";
    }

    private Details details(JsonTree account) {
        return new Details()
                .add("account", account.text("/metadata/id"))
                .add("name", account.text("/spec/name"))
                .add("organisation", account.text("/spec/org_id"))
                .add("enabled", yes(account.text("/spec/enabled")))
                .add("password", yes(account.text("/status/has_password")))
                .addAll("roles", account.at("/spec/roles").texts())
                .addAll("names", account.at("/spec/names").texts())
                .addAll("signers", account.at("/spec/signers").texts())
                .add("created", session.times().of(account.text("/metadata/created")))
                .add("updated", session.times().of(account.text("/metadata/updated")));
    }

    @Command(description = "Show one in full.")
    int show(@Parameters(paramLabel = "ACCOUNT", description = "Its id or name.") String given) throws Exception {
        session.dialogue().show(accounts.find(given), this::details);
        return Reply.WELL;
    }

    @Command(
            description = {
                "Make an account.",
                "Asks for its first password at a terminal; without one, and without --password-file, it comes in by tokens"
                        + " only."
            },
            footer = {"", "  perennial admin accounts create alice --role requester --names '**.example.com'"})
    int create(
            @Parameters(paramLabel = "NAME", description = "Its name.") String name,
            @Mixin AccountFields fields,
            @Mixin OrganisationOption organisation,
            @Option(names = "--password-file", paramLabel = "FILE", description = "Its password; - for standard input.")
                    @Nullable
                    String passwordFile,
            @Option(names = "--no-password", description = "It comes in by tokens only; nothing is asked.")
                    boolean noPassword)
            throws Exception {
        Map<String, Object> spec = new LinkedHashMap<>(Map.of("name", name, "roles", List.of()));
        fields.addTo(spec);
        spec.put("org_id", organisation.of(session));
        if (passwordFile != null
                || !noPassword && session.surroundings().terminal().isThere()) {
            String question = "First password of " + Visible.of(name);
            spec.put(
                    "password",
                    session.secrets().newPassword(passwordFile, "--no-password or --password-file", question));
        }
        session.dialogue().show(session.post(PATH, Map.of("spec", spec)), this::details);
        return Reply.WELL;
    }

    @Command(
            description = "Change what an account is called or may do; what is not said stays.",
            footer = {
                "",
                "  perennial admin accounts change alice --role requester --role reader",
                "Each list takes the place of the one before; --names '' leaves none."
            })
    int change(
            @Parameters(paramLabel = "ACCOUNT", description = "Its id or name.") String given,
            @Option(names = "--rename", paramLabel = "NAME", description = "Another name.") @Nullable String rename,
            @Mixin AccountFields fields)
            throws Exception {
        JsonTree changed = change(accounts.id(given), spec -> {
            fields.addTo(spec);
            if (rename != null) {
                spec.put("name", rename);
            }
        });
        session.dialogue().show(changed, this::details);
        return Reply.WELL;
    }

    @Command(description = {"Give an account a new password.", "For your own, your present one is asked for too."})
    int password(
            @Parameters(paramLabel = "ACCOUNT", description = "Its id or name.") String given,
            @Option(names = "--password-file", paramLabel = "FILE", description = "The new one; - for standard input.")
                    @Nullable
                    String passwordFile,
            @Option(names = "--present-password-file", paramLabel = "FILE", description = "Your present one.") @Nullable
                    String presentFile)
            throws Exception {
        JsonTree account = accounts.find(given);
        String id = Session.id(account.text("/metadata/id"));
        AdminApi own = null;
        if (accounts.ownId().equals(id)) {
            String present = session.secrets().password(presentFile, "--present-password-file", "Present password");
            own = session.withPassword(Accounts.user(account), present);
        }
        String password = session.secrets().newPassword(passwordFile, "--password-file", "New password");
        String path = PATH + "/" + id + "/password";
        Map<String, ?> body = Map.of("spec", Map.of("password", password));
        JsonTree answer =
                own == null ? session.post(path, body) : own.post(path, body).document();
        session.dialogue().done(answer, "set the password of " + Visible.of(account.text("/spec/name")));
        return Reply.WELL;
    }

    @Command(description = "Let an account in again.")
    int enable(@Parameters(paramLabel = "ACCOUNT", description = "Its id or name.") String given) throws Exception {
        return enabled(accounts.find(given), true);
    }

    @Command(description = "Let an account in no more, its tokens and client certificates included.")
    int disable(
            @Parameters(paramLabel = "ACCOUNT", description = "Its id or name.") String given, @Mixin Consent consent)
            throws Exception {
        JsonTree account = accounts.find(given);
        session.dialogue()
                .confirm(consent.isGiven(), "Disable the account " + Visible.of(account.text("/spec/name")) + "?");
        return enabled(account, false);
    }

    private int enabled(JsonTree account, Object enabled) throws Exception {
        JsonTree answer = change(account.text("/metadata/id"), spec -> spec.put("enabled", enabled));
        session.dialogue()
                .done(
                        answer,
                        (answer.text("/spec/enabled").equals("true") ? "enabled " : "disabled ")
                                + Visible.of(answer.text("/spec/name")));
        return Reply.WELL;
    }

    private JsonTree change(String id, Consumer<Map<String, Object>> change) throws Exception {
        return session.change(PATH + "/" + Session.id(id), change);
    }

    @Command(description = "Take an account away, with its tokens and client certificates, for good.")
    int delete(
            @Parameters(paramLabel = "ACCOUNT", description = "Its id or name.") String given, @Mixin Consent consent)
            throws Exception {
        JsonTree account = accounts.find(given);
        String id = Session.id(account.text("/metadata/id"));
        String name = account.text("/spec/name");
        session.dialogue().confirmByTyping(consent.isGiven(), "Delete the account " + Visible.of(name) + "?", name);
        session.delete(PATH + "/" + id);
        session.dialogue().deleted("account", id);
        return Reply.WELL;
    }
}
