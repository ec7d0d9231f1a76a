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

/** Organisations. */
@Command(name = "organisations", description = "List organisations, or make and change one.")
final class OrganisationCommands {
    private static final String PATH = "/v1/organisations";

    private final Session session;

    OrganisationCommands(Session session) {
        this.session = session;
    }

    @Command(description = "List organisations.")
    int list(@Mixin Listing listing) throws Exception {
        Table table = new Table("ID", "NAME", "NAMES", "CREATED");
        return listing.show(
                session,
                Listing.Source.whole(new Query(PATH), "organisations", "organisations"),
                table,
                organisation -> table.row(
                        organisation.text("/metadata/id"),
                        organisation.text("/spec/name"),
                        Names.brief(organisation.at("/spec/names").texts()),
                        session.times().brief(organisation.text("/metadata/created"))));
    }

    private Details details(JsonTree organisation) {
        return new Details()
                .add("organisation", organisation.text("/metadata/id"))
                .add("name", organisation.text("/spec/name"))
                .addAll("names", organisation.at("/spec/names").texts())
                .add("created", session.times().of(organisation.text("/metadata/created")))
                .add("updated", session.times().of(organisation.text("/metadata/updated")));
    }

    @Command(description = "Show one in full.")
    int show(@Parameters(paramLabel = "ID", description = "The organisation's.") String id) throws Exception {
        session.dialogue().show(session.get(PATH + "/" + Session.id(id)), this::details);
        return Reply.WELL;
    }

    @Command(
            description = "Make an organisation; the bootstrap administrator only.",
            footer = {"", "  perennial admin organisations create 'Web shop' --names '**.shop.example.com'"})
    int create(
            @Parameters(paramLabel = "NAME", description = "Its name.") String name,
            @Option(
                            names = "--names",
                            required = true,
                            paramLabel = "PATTERN",
                            description = "Names that may be asked for in it; may be repeated.")
                    List<String> names)
            throws Exception {
        Map<String, Object> spec = new HashMap<>(Map.of("name", name));
        AccountFields.put(spec, "names", names);
        session.dialogue().show(session.post(PATH, Map.of("spec", spec)), this::details);
        return Reply.WELL;
    }

    @Command(description = "Change its name or its names; what is not said stays.")
    int change(
            @Parameters(paramLabel = "ID", description = "The organisation's.") String id,
            @Option(names = "--rename", paramLabel = "NAME", description = "Another name.") @Nullable String rename,
            @Option(
                            names = "--names",
                            paramLabel = "PATTERN",
                            description =
                                    "Names that may be asked for in it, in place of those before; may be repeated.")
                    @Nullable
                    List<String> names)
            throws Exception {
        JsonTree changed = session.change(PATH + "/" + Session.id(id), spec -> {
            if (rename != null) {
                spec.put("name", rename);
            }
            AccountFields.put(spec, "names", names);
        });
        session.dialogue().show(changed, this::details);
        return Reply.WELL;
    }
}
