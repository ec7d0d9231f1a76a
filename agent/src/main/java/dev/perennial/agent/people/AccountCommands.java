package dev.perennial.agent.people;

import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.AdminApi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Accounts. */
@Command(name = "accounts", description = "List accounts, or make, change and take away one.")
final class AccountCommands implements Callable<Integer> {
    private static final String PATH = Accounts.PATH;

    private final Session session;
    private final Accounts accounts;

    @Mixin
    private Listing listing = new Listing();

    AccountCommands(Session session) {
        this.session = session;
        this.accounts = new Accounts(session);
    }

    @Override
    public Integer call() throws Exception {
        return list(listing);
    }

    @Command(description = "List accounts.")
    int list(@Mixin Listing listing) throws Exception {
        JsonTree found = listing.fetch(session, new Query(PATH), "accounts");
        Table table = new Table("ID", "NAME", "ORGANISATION", "ROLES", "NAMES", "ENABLED", "PASSWORD");
        for (JsonTree account : found.at("/accounts").elements()) {
            table.row(
                    account.text("/metadata/id"),
                    account.text("/spec/name"),
                    account.text("/spec/org_id"),
                    String.join(" ", account.at("/spec/roles").texts()),
                    Names.brief(account.at("/spec/names").texts()),
                    yes(account.text("/spec/enabled")),
                    yes(account.text("/status/has_password")));
        }
        return session.list(found, table, "no accounts");
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
        session.show(accounts.find(given), this::details);
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
        Map<String, Object> spec = fields.over(Map.of("name", name, "roles", List.of()));
        spec.put("org_id", organisation.of(session));
        if (passwordFile != null || session.hasTerminal() && !noPassword) {
            spec.put(
                    "password",
                    session.secrets()
                            .newPassword(passwordFile, "--password-file", "First password of " + Visible.of(name)));
        }
        session.show(session.post(PATH, Map.of("spec", spec)), this::details);
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
        JsonTree account = accounts.find(given);
        Map<String, Object> spec = fields.over(account.at("/spec").fields());
        if (rename != null) {
            spec.put("name", rename);
        }
        session.show(put(account, spec), this::details);
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
        AdminApi api = session.api();
        if (accounts.ownId().equals(id)) {
            String present = session.secrets().password(presentFile, "--present-password-file", "Present password");
            api = session.withPassword(Accounts.user(account), present);
        }
        String password = session.secrets().newPassword(passwordFile, "--password-file", "New password");
        JsonTree answer = api.post(PATH + "/" + id + "/password", Map.of("spec", Map.of("password", password)))
                .document();
        session.done(answer, "set the password of " + Visible.of(account.text("/spec/name")));
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
        session.confirm(consent.isGiven(), "Disable the account " + Visible.of(account.text("/spec/name")) + "?");
        return enabled(account, false);
    }

    private int enabled(JsonTree account, Object enabled) throws Exception {
        Map<String, Object> spec = account.at("/spec").fields();
        spec.put("enabled", enabled);
        JsonTree answer = put(account, spec);
        session.done(
                answer,
                (answer.text("/spec/enabled").equals("true") ? "enabled " : "disabled ")
                        + Visible.of(answer.text("/spec/name")));
        return Reply.WELL;
    }

    private JsonTree put(JsonTree account, Map<String, Object> spec) throws Exception {
        String path = PATH + "/" + Session.id(account.text("/metadata/id"));
        return session.api().put(path, Map.of("spec", spec), null).document();
    }

    @Command(description = "Take an account away, with its tokens and client certificates, for good.")
    int delete(
            @Parameters(paramLabel = "ACCOUNT", description = "Its id or name.") String given, @Mixin Consent consent)
            throws Exception {
        JsonTree account = accounts.find(given);
        String id = Session.id(account.text("/metadata/id"));
        String name = account.text("/spec/name");
        session.confirmByTyping(consent.isGiven(), "Delete the account " + Visible.of(name) + "?", name);
        session.api().delete(PATH + "/" + id);
        session.deleted("account", id);
        return Reply.WELL;
    }
}
