package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import dev.perennial.agent.server.RefusedException;
import dev.perennial.agent.server.ServerException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code admin signers}; alone it lists them. */
@Command(name = "signers", description = "List the signers, or make and change one.")
final class SignerCommands implements Callable<Integer> {
    private static final String PATH = "/v1/signers";

    private final Session session;

    @Mixin
    private Listing listing = new Listing();

    SignerCommands(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        return list(listing);
    }

    @Command(description = "List the signers that requests may name.")
    int list(@Mixin Listing wanted) throws Exception {
        Table table = new Table("NAME", "PROFILE", "VALIDITY", "POLICY", "FOUR EYES", "ENABLED", "CA");
        return wanted.show(
                session,
                Listing.Source.whole(new Query(PATH), "signers", "signers"),
                table,
                signer -> table.row(
                        signer.text("/spec/name"),
                        signer.text("/spec/profile"),
                        signer.text("/spec/validity"),
                        signer.text("/spec/policy"),
                        yes(signer.text("/spec/four_eyes")),
                        yes(signer.text("/spec/enabled")),
                        ca(signer)));
    }

    private static String yes(String flag) {
        return flag.equals("true") ? "yes" : "no";
    }

    private static String ca(JsonTree signer) {
        String ca = signer.text("/spec/ca_id");
        return ca.isEmpty() ? "chosen by a person" : ca;
    }

    private Details details(JsonTree signer) {
        String organisation = signer.text("/spec/org_id");
        return new Details()
                .add("signer", signer.text("/metadata/id"))
                .add("name", signer.text("/spec/name"))
                .add("organisation", organisation.isEmpty() ? "all" : organisation)
                .add("type", signer.text("/spec/type"))
                .add("CA", ca(signer))
                .add("profile", signer.text("/spec/profile"))
                .add("validity", signer.text("/spec/validity"))
                .add("policy", signer.text("/spec/policy"))
                .add("four eyes", yes(signer.text("/spec/four_eyes")))
                .add("enabled", yes(signer.text("/spec/enabled")))
                .add("revocation", signer.text("/spec/revocation"))
                .addAll("policies", signer.at("/spec/policies").texts())
                .add("changed", signer.text("/status/configured").equals("true") ? "in the configuration file" : "here")
                .add("created", session.times().of(signer.text("/metadata/created")))
                .add("updated", session.times().of(signer.text("/metadata/updated")));
    }

    @Command(description = "Show one in full.")
    int show(@Parameters(paramLabel = "SIGNER", description = "Its name or id.") String given) throws Exception {
        session.dialogue().show(session.get(path(given)), this::details);
        return Reply.WELL;
    }

    @Command(
            description = "Make a signer.",
            footer = {
                "",
                "  perennial admin signers create example.com/web --authority ID --profile server --validity P90D",
                "  perennial admin signers create example.com/offline --manual --validity P365D"
            })
    int create(
            @Parameters(paramLabel = "NAME", description = "Its name, such as example.com/web.") String name,
            @Mixin SignerFields fields,
            @Option(names = "--manual", description = "A person signs with a CA, or puts in what was made elsewhere.")
                    boolean manual,
            @Option(
                            names = "--all-organisations",
                            description = "It is for all organisations; the bootstrap administrator only.")
                    boolean shared,
            @Mixin OrganisationOption organisation)
            throws Exception {
        Map<String, Object> spec = new LinkedHashMap<>(Map.of("name", name));
        if (manual) {
            spec.put("type", "manual");
        }
        if (!shared) {
            spec.put("org_id", organisation.of(session));
        }
        fields.addTo(spec);
        session.dialogue().show(session.post(PATH, Map.of("spec", spec)), this::details);
        return Reply.WELL;
    }

    @Command(description = "Change its terms; what is not said stays.")
    int change(
            @Parameters(paramLabel = "SIGNER", description = "Its name or id.") String given,
            @Mixin SignerFields fields)
            throws Exception {
        return changed(given, fields::addTo);
    }

    @Command(description = "Let it sign again; what waited for it goes on.")
    int enable(@Parameters(paramLabel = "SIGNER", description = "Its name or id.") String given) throws Exception {
        return changed(given, spec -> spec.put("enabled", true));
    }

    @Command(description = "Let it sign no more: requests are refused, approvals and renewals wait.")
    int disable(@Parameters(paramLabel = "SIGNER", description = "Its name or id.") String given) throws Exception {
        return changed(given, spec -> spec.put("enabled", false));
    }

    private int changed(String given, Consumer<Map<String, Object>> change) throws Exception {
        session.dialogue().show(session.change(path(given), change), this::details);
        return Reply.WELL;
    }

    /** A name has a slash, and an id none. */
    private String path(String given)
            throws ConfigException, EndedException, ServerException, RefusedException, NotThereException {
        if (!given.contains("/")) {
            return PATH + "/" + Session.id(given);
        }
        for (JsonTree signer :
                session.get(new Query(PATH).add("limit", "500")).at("/signers").elements()) {
            if (signer.text("/spec/name").equals(given)) {
                return PATH + "/" + Session.id(signer.text("/metadata/id"));
            }
        }
        throw new NotThereException("there is no such signer: " + Visible.of(given)
                + "; 'perennial admin signers list' shows those that you may see");
    }
}
